// Floor 4. Who has the desk's questionPriority: a question is answered first, and sleep work steps aside between two bounded steps.

export interface QuestionPriority {
  /** Runs the work of a question; until it has ended, sleep work waits at its next step. */
  asked<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when no question is under way: at once, as a rule. Sleep work awaits it before every step. */
  quiet(): Promise<void>;
  /** True while a question is under way. */
  isAsked(): boolean;
  /** Since the last question, ms; 0 while a question is under way. */
  quietForMs(): number;
}

/** @param monotonicMs never goes back; its zero is anywhere */
export function createQuestionPriority(monotonicMs: () => number): QuestionPriority {
  let asking = 0;
  let lastEndMs = monotonicMs();
  let waiting: (() => void)[] = [];
  return {
    async asked(work) {
      asking += 1;
      try {
        return await work();
      } finally {
        asking -= 1;
        lastEndMs = monotonicMs();
        if (asking === 0) {
          const released = waiting;
          waiting = [];
          for (const go of released) go();
        }
      }
    },
    async quiet() {
      // A question that came while others were being let go is waited for as well.
      while (asking > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    isAsked: () => asking > 0,
    quietForMs: () => (asking > 0 ? 0 : monotonicMs() - lastEndMs),
  };
}
