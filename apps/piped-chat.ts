// Floor 6. Lines of a pipe or a file on standard input → questions, one a line, answered in order once the desk has something to say.
import { createInterface } from "node:readline";
import { isApprovalLine } from "./chat-approvals.ts";
import type { Io } from "./io.ts";

interface PipeEnds {
  readonly signal: AbortSignal;
  readonly isQuit: (text: string) => boolean;
  readonly onQuit: () => void;
}

/**
 * Its end means nothing: the desk goes on. Nothing that is proposed is approved by it, since consent is a person's at a terminal. With
 * --json nothing is answered, which is said where anything is asked.
 */
export function startPipedChat(
  answer: (text: string) => Promise<void>,
  io: Pick<Io, "out" | "note" | "json">,
  { signal, onQuit, isQuit }: PipeEnds,
  stdin: NodeJS.ReadableStream = process.stdin,
) {
  const lines = createInterface({ input: stdin });
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  let asked: Promise<void> = Promise.resolve();
  let isOpen = false;
  let closed = false;
  const close = (): void => {
    closed = true;
    open();
    lines.close();
  };
  const take = async (text: string): Promise<void> => {
    await opened;
    if (closed) return;
    if (isQuit(text)) return onQuit();
    io.out(`ask> ${text}`);
    if (!isApprovalLine(text)) return answer(text);
    io.out("What is proposed is answered at a terminal: deeptrader approvals, approve or refuse.");
  };
  lines.on("line", (line) => {
    const text = line.trim();
    if (text === "" || closed) return;
    if (!io.json) {
      asked = asked.then(() => take(text));
      return;
    }
    io.note('Standard input is not read with --json. From another terminal: deeptrader ask "QUESTION".');
    close();
  });
  // A pipe that breaks asks nothing more.
  stdin.on("error", () => {});
  signal.addEventListener("abort", close, { once: true });
  return {
    isLive: false,
    open: () => {
      isOpen = true;
      open();
    },
    settled: async () => (isOpen ? asked : undefined),
    close,
  };
}
