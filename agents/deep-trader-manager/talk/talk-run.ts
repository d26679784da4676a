// Floor 3. One free-form question under way: its facts, and what its model has read, called and proposed.
import type { RequestContext } from "@mastra/core/request-context";
import type { Fact } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import { DeskRun, type DeskRunParts, deskRunOf } from "../../desk-run.ts";
import type { SourceRun } from "./fact-source.ts";
import type { FactTable } from "./fact-table.ts";

/** A call of a tool, as it is looked at afterwards. */
export interface ToolUse {
  readonly tool: string;
  /** As the model wrote it. */
  readonly input: unknown;
  readonly factIds: readonly string[];
  /** What it was told instead of facts; null where it got them. */
  readonly refusal: string | null;
}

export class TalkRun extends DeskRun {
  readonly table: FactTable;
  readonly language: Language;
  readonly question: string;
  readonly conversation: string | null;
  /** In order. */
  readonly uses: ToolUse[] = [];
  /** The desk's words on what was proposed. */
  readonly proposed: Fact[] = [];

  constructor(parts: DeskRunParts & Pick<TalkRun, "table" | "language" | "question" | "conversation">) {
    super(parts);
    this.table = parts.table;
    this.language = parts.language;
    this.question = parts.question;
    this.conversation = parts.conversation;
  }

  get source(): SourceRun {
    const { nowMs, language, tally, table, question, conversation } = this;
    return { nowMs, language, tally, question, conversation, known: (id) => table.get(id) };
  }
}

/** @throws Error for a run that is no question of the desk's own */
export function talkRunOf(context: Pick<RequestContext, "get"> | undefined): TalkRun {
  const run = deskRunOf(context);
  if (run instanceof TalkRun) return run;
  throw new Error("The desk's tools work within its own questions only.");
}
