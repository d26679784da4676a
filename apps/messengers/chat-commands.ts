// Floor 6. What can be written in a chat → a command of the desk, and its text. No model is in the path of any of them but `ask`.
import type { ApprovalsList } from "#desk/documents/act-report.ts";
import type { TradesReport } from "#desk/documents/trades-report.ts";
import type { NotificationPolicy } from "#schemas/config.ts";
import { quietHoursText } from "#schemas/quiet-hours.ts";
import type { CommandInput } from "../command.ts";
import type { Door } from "../door.ts";
import { profitText } from "../text/profit-text.ts";
import { proposalReply } from "./proposal-buttons.ts";
import type { Reply } from "./reply.ts";

export interface ChatDesk {
  readonly door: Door;
  readonly policy: NotificationPolicy;
}

export interface ChatCall {
  /** What stands behind the command, or the whole line. */
  readonly rest: string;
  /** Who acts. */
  readonly by: string;
  /** Of this chat's questions. */
  readonly conversation: string;
}

interface ChatCommand {
  readonly help: string;
  /** True where it may change something. */
  readonly acts?: boolean;
  /** `at-once`: it waits for nothing that was written before it. `question`: it may take long, and holds up nothing. */
  readonly turn?: "at-once" | "question";
  /** Asked back with a button first. */
  readonly question?: string;
  run(desk: ChatDesk, call: ChatCall): Promise<readonly Reply[]>;
}

const NOTHING: CommandInput = { args: [], flags: {} };

/** A command of the desk as its terminal shows it. */
const shown =
  (command: string, inputOf: (call: ChatCall) => CommandInput = () => NOTHING): ChatCommand["run"] =>
  async ({ door }, call) => [{ text: door.text(command, await door.run(command, inputOf(call))) }];

const saidBy = ({ by, rest }: ChatCall): CommandInput => ({
  args: [],
  flags: { by, reason: rest === "" ? "on Telegram" : rest },
});

/** Days that `profit` looks back. */
const PROFIT_DAYS = "7d";

export const CHAT_COMMANDS: Readonly<Record<string, ChatCommand>> = {
  status: { help: "the desk now", run: shown("status") },
  positions: { help: "what it holds, with stop and target", run: shown("positions") },
  profit: {
    help: "profit by day: /profit, /profit 30d, /profit 2026-01-05",
    run: async ({ door }, { rest }) => {
      const since = rest === "" ? PROFIT_DAYS : rest;
      const report = await door.run("trades", { args: [], flags: { since } });
      return [{ text: profitText(report as TradesReport) }];
    },
  },
  pause: {
    help: "no entries; stops and exits stay. At once",
    acts: true,
    turn: "at-once",
    run: shown("pause", saidBy),
  },
  halt: { help: "the desk sends nothing more. At once", acts: true, turn: "at-once", run: shown("halt", saidBy) },
  resume: {
    help: "back to normal, after a button",
    acts: true,
    question: "Resume the whole desk? A pause, a halt and the stop after a drawdown are lifted.",
    run: shown("resume", saidBy),
  },
  approvals: {
    help: "what waits for your word, with buttons",
    run: async ({ door }) => {
      const document = (await door.run("approvals list", NOTHING)) as ApprovalsList;
      if (document.open.length === 0) return [{ text: door.text("approvals list", document) }];
      return document.open.map((proposal) => proposalReply(door, proposal));
    },
  },
  ask: {
    help: "a question, as in /ask why did you buy SOL?",
    turn: "question",
    run: async ({ door }, { rest, conversation }) => {
      if (rest === "") return [{ text: "Write the question behind it, as in /ask what do I hold?" }];
      const before = await openHere(door, conversation);
      const answer = await door.run("ask", { args: [rest], flags: { conversation } });
      const proposed = (await openHere(door, conversation)).filter(
        ({ proposalId }) => !before.some((one) => one.proposalId === proposalId),
      );
      return [{ text: door.text("ask", answer) }, ...proposed.map((proposal) => proposalReply(door, proposal))];
    },
  },
  quiet: {
    help: "which alerts come, and when",
    run: async (desk) => [{ text: quietText(desk) }],
  },
  help: { help: "this list", run: async ({ door }) => [{ text: helpText(door) }] },
};

const openHere = async (door: Door, conversation: string): Promise<ApprovalsList["open"]> => {
  const { open } = (await door.run("approvals list", NOTHING)) as ApprovalsList;
  return open.filter((proposal) => proposal.conversation === conversation);
};

function quietText({ door, policy: { leastSeverity, quietHours } }: ChatDesk): string {
  if (door.about.simulated) return "A simulated desk sends no alerts; it answers what is asked.";
  return [
    leastSeverity === "info" ? "All alerts come." : `Alerts of severity ${leastSeverity} and worse come.`,
    quietHours === null
      ? "There are no quiet hours; DEEPTRADER_QUIET_HOURS sets them, in UTC or with a zone."
      : `Quiet hours are ${quietHoursText(quietHours)}: then only critical ones come, the others together at the end.`,
  ].join("\n");
}

const helpText = ({ about }: Door): string =>
  [
    `Desk ${about.desk} on ${about.venue}, ${about.timeframe}.`,
    ...Object.entries(CHAT_COMMANDS).map(([word, { help }]) => `/${word.padEnd(10)} ${help}`),
    "In a chat of your own, any other line is a question. Times are UTC, quiet hours too unless they name a zone.",
  ].join("\n");
