// Floor 4. An answer that was given: what the shadow check looks at.
import type { Answer, Intent } from "#schemas/question.ts";
import type { UnixMs } from "#schemas/units.ts";

/** An answer as it went out. */
export interface Served {
  readonly answer: Answer;
  readonly intent: Intent;
  /** When it was asked: the check sees nothing later. */
  readonly nowMs: UnixMs;
  /** Of what makes answers, with the strategies that were ended by then. */
  readonly definitionId: string;
}
