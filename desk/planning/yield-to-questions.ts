// Floor 4. QuestionPriority → what a sweep awaits before each market: it lets questions go first and the event loop go round, but
// for no longer than the decision cycle behind it can wait.
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "#schemas/ports/market.ts";
import { type Answered, andThen } from "#schemas/ports/work.ts";
import type { QuestionPriority } from "./question-priority.ts";

/** Longest that one sweep waits for questions, all its steps together, ms of real time: decisions come after it. */
const PATIENCE_MS = 2_000;
/** After so much work in one go the event loop goes round once, so that a question can arrive at all, ms. */
const BREATH_MS = 1;

export interface StepAsideParts {
  readonly questionPriority: Pick<QuestionPriority, "quiet" | "isAsked">;
  readonly monotonicMs: () => number;
  /** Real time, whatever clock the desk runs on. */
  readonly sleep: Clock["sleep"];
}

/** What one sweep awaits before each market, where there is anything to wait for. */
export function createStepAside({ questionPriority, monotonicMs, sleep }: StepAsideParts): () => Answered<void> {
  let patienceMs = PATIENCE_MS;
  let breathedAtMs = monotonicMs();
  // Several markets are read at once: they wait together, and their waiting counts once.
  let waiting: Promise<void> | null = null;

  const wait = async (): Promise<void> => {
    const startedMs = monotonicMs();
    const enough = new AbortController();
    const isOver = sleep(patienceMs, { signal: enough.signal }).then(
      () => true,
      () => false,
    );
    const wasCutShort = await Promise.race([questionPriority.quiet().then(() => false), isOver]);
    enough.abort();
    patienceMs = wasCutShort ? 0 : patienceMs - (monotonicMs() - startedMs);
  };

  const breathe = async (): Promise<void> => {
    await turn();
    breathedAtMs = monotonicMs();
  };

  return () =>
    andThen(monotonicMs() - breathedAtMs >= BREATH_MS ? breathe() : undefined, () => {
      if (!questionPriority.isAsked() || patienceMs <= 0) return;
      waiting ??= wait().finally(() => {
        waiting = null;
      });
      return waiting;
    });
}
