// Floor 4. What is still to be written once an answer is out: one piece after another, off the asker's way, never lost in
// silence.
import PQueue from "p-queue";

export interface BackgroundQueue {
  /** Queues work; it begins when all before it has ended. What it throws is reported, and ends nothing. */
  later(work: () => Promise<void>): void;
  /** Resolves when nothing is queued and nothing runs, and what failed has been reported. */
  settled(): Promise<void>;
}

/** @param onProblem called with what a piece of work threw, for people */
export function createBackgroundQueue(onProblem: (text: string) => void): BackgroundQueue {
  const queue = new PQueue({ concurrency: 1 });
  return {
    later(work) {
      // Reported inside the task: the queue is idle before a rejection of add() is handled.
      void queue.add(() =>
        work().catch((error: unknown) => {
          onProblem(`after an answer: ${error instanceof Error ? error.message : String(error)}`);
        }),
      );
    },
    settled: () => queue.onIdle(),
  };
}
