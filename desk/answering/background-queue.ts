// Floor 4. What is still to be written once an answer is out: one piece after another, off the asker's way, never lost in
// silence.

export interface BackgroundQueue {
  /** Queues work; it begins when all before it has ended. What it throws is told, and ends nothing. */
  later(work: () => Promise<void>): void;
  /** Resolves when everything queued by now has ended. */
  settled(): Promise<void>;
}

/** @param onProblem told what a piece of work threw, for people */
export function createBackgroundQueue(onProblem: (text: string) => void): BackgroundQueue {
  let last: Promise<void> = Promise.resolve();
  return {
    later(work) {
      last = last.then(work).catch((error: unknown) => {
        onProblem(`after an answer: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
    settled: () => last,
  };
}
