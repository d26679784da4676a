// Floor 6. What the operator's commands share: who acts and why, `--propose` instead of acting, and how a report reads.
import { z } from "zod";
import { doAct } from "#desk/acts/do-act.ts";
import { proposalText, proposeAct } from "#desk/acts/propose.ts";
import { ActReport, ProposeReport } from "#desk/documents/act-report.ts";
import { type Act, OPERATOR } from "#schemas/act.ts";
import { UsageError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type CommandInput, type DeskCommand, deskCommand } from "../command.ts";
import type { OpenDesk } from "../wire.ts";

/** What is printed of a journal row is one line. */
const MOST_LETTERS = 200;

const textOf = (value: unknown, fallback: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  const text = typeof value === "string" ? value.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ").trim() : "";
  return text === "" ? fallback : text.slice(0, MOST_LETTERS);
};

export const byOf = ({ by }: CommandInput["flags"]): string => textOf(by, OPERATOR);

export const saidOf = ({ flags }: CommandInput) => ({
  by: byOf(flags),
  reason: textOf(flags["reason"], "by the operator"),
});

type ActOfInput = (open: Pick<OpenDesk, "desk">, input: CommandInput, options: CallOptions) => Act | Promise<Act>;

/** A command that does its act at once, or with `--propose` leaves it to another's word. */
export const actCommand = ({
  actOf,
  ...command
}: Pick<DeskCommand, "name" | "check" | "confirm" | "first"> & { readonly actOf: ActOfInput }): DeskCommand =>
  proposable(
    deskCommand({
      ...command,
      document: ActReport,
      exclusive: true,
      writes: true,
      execute: async (open, input, options) =>
        doAct(open.desk, await actOf(open, input, options), saidOf(input), options),
      failed: ({ done }) => !done,
      render: actText,
    }),
    actOf,
  );

/** The same command, which with `--propose` proposes its act and does nothing. */
export function proposable(command: DeskCommand, actOf: ActOfInput): DeskCommand {
  const proposing = deskCommand({
    name: command.name,
    document: ProposeReport,
    execute: async (open, input, options) => {
      command.check?.(input);
      const act = await actOf(open, input, options);
      const asked = { act, madeBy: byOf(input.flags), conversation: null };
      const outcome = await proposeAct(open.desk, asked, options);
      return outcome.status === "proposed"
        ? { proposal: outcome.proposal, refusal: null }
        : { proposal: null, refusal: outcome.reason };
    },
    failed: ({ proposal }) => proposal === null,
    render: ({ proposal, refusal }) =>
      proposal === null
        ? `Not proposed: ${refusal}.`
        : `${proposalText(proposal)}\ndeeptrader approvals approve ${proposal.proposalId} · deeptrader approvals refuse ${proposal.proposalId}`,
  });
  const of = (document: unknown): DeskCommand =>
    typeof document === "object" && document !== null && "proposal" in document ? proposing : command;
  return {
    ...command,
    document: z.union([command.document, proposing.document]),
    execute: (open, input, options) =>
      (input.flags["propose"] === true ? proposing : command).execute(open, input, options),
    failed: (document) => of(document).failed?.(document) ?? false,
    render: (document, style) => of(document).render(document, style),
  };
}

export const actText = ({ done, refusal, lines, problems }: Omit<ActReport, "act">): string =>
  done ? [...lines, ...problems].join("\n") : `Not done: ${refusal?.replace(/\.$/, "")}.`;

/** `30 %`, `30%` → 30. @throws UsageError for what is no number */
export function numberOf(text: string, what: string): number {
  const bare = text.replace(/\s*%$/, "").trim();
  if (/^\d+(\.\d+)?$/.test(bare)) return Number(bare);
  throw new UsageError({
    was: `${what} is ${JSON.stringify(text)}.`,
    expected: "a number such as 5 or 2.5",
    remedy: "Correct it.",
  });
}

export const isPercent = (text: string): boolean => text.trim().endsWith("%");
