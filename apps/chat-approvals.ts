// Floor 6. A line of the chat that answers a proposal → the command that does it. A plain yes or no is taken only where exactly
// one proposal of this conversation waits; any other line is a question.
import type { ApprovalsList } from "#desk/documents/act-report.ts";
import type { CommandInput } from "./command.ts";

export interface ApprovalDoor {
  /** The conversation that the lines belong to. */
  readonly conversation: string;
  /** Runs a command of the desk: its document and its text. */
  run(name: string, input: CommandInput): Promise<{ readonly document: unknown; readonly text: string }>;
}

const LIST = /^\/?approvals$/i;
const ANSWER = /^\/?(yes|y|ok|approve|no|n|refuse)(?:\s+(p\d+))?[.!]?$/i;
const YES: ReadonlySet<string> = new Set(["yes", "y", "ok", "approve"]);

/** Whether the line may answer a proposal, so that it is taken as typed and not joined with the next. */
export const isApprovalLine = (text: string): boolean => LIST.test(text) || ANSWER.test(text);

/** What is shown for it; null: it is a question. */
export async function answerProposalLine(text: string, door: ApprovalDoor): Promise<string | null> {
  if (LIST.test(text)) return (await door.run("approvals list", { args: [], flags: {} })).text;
  const [, word = "", named] = ANSWER.exec(text) ?? [];
  if (word === "") return null;
  const proposalId = named ?? (await onlyOneOpen(door));
  if (proposalId === null) return null;
  if (typeof proposalId === "object") {
    return `${proposalId.open.join(", ")} wait for an answer here: say which, as in \`${word.toLowerCase()} ${proposalId.open[0]}\`.`;
  }
  const name = YES.has(word.toLowerCase()) ? "approvals approve" : "approvals refuse";
  const flags = { by: "operator in the chat", reason: "refused in the chat" };
  return (await door.run(name, { args: [proposalId], flags })).text;
}

/** Null: none waits here, and the word is no answer to a proposal. */
async function onlyOneOpen(door: ApprovalDoor): Promise<string | { readonly open: readonly string[] } | null> {
  const { document } = await door.run("approvals list", { args: [], flags: {} });
  const open = (document as ApprovalsList).open.filter(({ conversation }) => conversation === door.conversation);
  const ids = open.map(({ proposalId }) => proposalId);
  const [only] = ids;
  if (only === undefined) return null;
  return ids.length === 1 ? only : { open: ids };
}
