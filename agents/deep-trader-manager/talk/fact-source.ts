// Floor 3. What the manager's model may read: sources of facts. A new kind of knowledge (news, evidence) is a row of the desk's
// list of sources; neither the prompt nor the checks know one by name.
import type { z } from "zod";
import type { Fact } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";

/** A fact before the run's table has given it an id. */
export type NewFact = Omit<z.input<typeof Fact>, "id">;

/** One run as a source sees it. */
export interface SourceRun {
  readonly nowMs: UnixMs;
  /** Of the operator: statements are made in it. */
  readonly language: Language;
  readonly tally: WorkTally;
  /** What the run knows already, by id; null for an id that it has not given. */
  readonly known: (id: string) => Fact | null;
}

/** One tool of the manager's model. It only reads: what acts is proposed, and never by a source. */
export interface FactSource<Input extends z.ZodObject = z.ZodObject> {
  /** The tool's name, in snake_case. */
  readonly id: string;
  /** When to use it and what it gives, in one or two sentences for the model. */
  readonly description: string;
  readonly input: Input;
  /** True where its facts are words on a proposal: they are shown to the operator whatever the model writes. */
  readonly proposes?: boolean;
  /**
   * What there is, or a statement that there is nothing: an empty list says nothing at all.
   * @throws DeepTraderError whose message the model is shown: a market that is not traded here, with the nearest names
   */
  read(input: z.output<Input>, run: SourceRun, options: CallOptions): Promise<readonly NewFact[]>;
}

/** Types the input of a source by its schema. */
export const factSource = <Input extends z.ZodObject>(source: FactSource<Input>): FactSource =>
  source as unknown as FactSource;
