// Floor 6. Every command that works on an opened desk, here or in the process that holds the home.
import type PQueue from "p-queue";
import { HomeLockedError, InvariantError } from "#schemas/errors.ts";
import type { CommandInput, CommandOptions, DeskCommand } from "./command.ts";
import { accountCommands } from "./commands/account.ts";
import { actCommands } from "./commands/acts.ts";
import { adoptCommands } from "./commands/adopt.ts";
import { alertsCommand } from "./commands/alerts.ts";
import { allotCommand } from "./commands/allot.ts";
import { analyseCommand } from "./commands/analyse.ts";
import { approvalsCommands } from "./commands/approvals.ts";
import { askCommand } from "./commands/ask.ts";
import { asleepCommand } from "./commands/asleep.ts";
import { briefCommands } from "./commands/brief.ts";
import { closeCommand, writeOffCommand } from "./commands/close.ts";
import { byFileFirst, controlCommands } from "./commands/control.ts";
import { debatesCommand } from "./commands/debates.ts";
import { equityCommand } from "./commands/equity.ts";
import { factsCommand } from "./commands/facts.ts";
import { flattenCommand } from "./commands/flatten.ts";
import { journalCommand } from "./commands/journal.ts";
import { learnCommands } from "./commands/learn.ts";
import { lessonsCommand } from "./commands/lessons.ts";
import { marketCommand } from "./commands/market.ts";
import { memoryCommands } from "./commands/memory.ts";
import { newsCommand } from "./commands/news.ts";
import { plansCommand } from "./commands/plans.ts";
import { receiptCommand } from "./commands/receipt.ts";
import { reportCommand } from "./commands/report.ts";
import { researchDeskCommands } from "./commands/research.ts";
import { rulesCommands } from "./commands/rules.ts";
import { securityCommand } from "./commands/security.ts";
import { securityOverrideCommands } from "./commands/security-override.ts";
import { sleepCommand } from "./commands/sleep.ts";
import { slippageCommand } from "./commands/slippage.ts";
import { positionsCommand, statusCommand } from "./commands/status.ts";
import { stressCommand } from "./commands/stress.ts";
import { thoughtsCommands } from "./commands/thoughts.ts";
import { tradeCommand } from "./commands/trade.ts";
import { tradesCommand } from "./commands/trades.ts";
import { triggersCommand } from "./commands/triggers.ts";
import { universeCommand } from "./commands/universe.ts";
import { watchesCommands } from "./commands/watches.ts";
import type { OpenDesk } from "./wire.ts";

export const DESK_COMMANDS: readonly DeskCommand[] = [
  sleepCommand,
  analyseCommand,
  securityCommand,
  askCommand,
  tradeCommand,
  ...memoryCommands,
  marketCommand,
  universeCommand,
  statusCommand,
  positionsCommand,
  ...accountCommands,
  allotCommand,
  slippageCommand,
  ...adoptCommands,
  equityCommand,
  tradesCommand,
  journalCommand,
  triggersCommand,
  stressCommand,
  debatesCommand,
  plansCommand,
  ...controlCommands,
  flattenCommand,
  closeCommand,
  ...actCommands,
  ...securityOverrideCommands,
  writeOffCommand,
  ...approvalsCommands,
  ...rulesCommands,
  ...watchesCommands,
  alertsCommand,
  newsCommand,
  reportCommand,
  receiptCommand,
  ...researchDeskCommands,
  ...learnCommands,
  lessonsCommand,
  ...thoughtsCommands,
  asleepCommand,
  factsCommand,
  ...briefCommands,
];

/** @throws InvariantError for a name that is not in the table */
export function deskCommandNamed(name: string): DeskCommand {
  const command = DESK_COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  throw new InvariantError({
    was: `The desk has no command ${JSON.stringify(name)}.`,
    remedy: "Use the same version of DeepTrader in both terminals.",
  });
}

export interface DeskRequest extends CommandInput {
  /** As typed, for example `memory list`. */
  readonly command: string;
}

/** A request of another terminal, a program or a browser, run on the desk of this process. */
export async function serveRequest(
  open: OpenDesk,
  /** One at a time: a slot, and the commands that must not meet one. */
  exclusively: PQueue,
  request: DeskRequest,
  options: CommandOptions,
): Promise<unknown> {
  const command = deskCommandNamed(request.command);
  if (command.needsStoppedDesk === true) {
    throw new HomeLockedError({
      was: `A desk is running on this home (process ${process.pid}), and holds in memory what \`${command.name}\` would delete.`,
      remedy: "Stop it first (Ctrl-C in its terminal), then run the command again.",
    });
  }
  const work = async (): Promise<unknown> => {
    // A command after an answer sees what was written of it.
    if (request.command !== "ask") await open.background.settled();
    return byFileFirst(open, command.name, request, () => command.execute(open, request, options));
  };
  await command.first?.(open, request, options);
  if (command.exclusive === true) return exclusively.add(work);
  const isSlotUnderWay = exclusively.pending > 0;
  const document = await work();
  if (isSlotUnderWay && command.afterSlot !== undefined) {
    // A store that fails here ends the next slot with the same error.
    exclusively.add(async () => command.afterSlot?.(open, request, document, options)).catch(() => {});
  }
  return document;
}
