// Floor 5. Operator chat on a terminal: a line typed is a question, a line beginning with / a command. On a pipe there is no
// chat, and its end of file means nothing.
import { createInterface } from "node:readline";
import type { Answer } from "#schemas/question.ts";
import { answerText } from "./commands/ask.ts";
import { errorDocument } from "./error-document.ts";
import type { Io } from "./io.ts";

export interface Chat {
  /** Shows the prompt again after other output. */
  prompt(): void;
  close(): void;
}

const PROMPT = "ask> ";
const HELP = [
  "Type a question, for example: what is the RSI of BTC? · is ETH safe? · how am I doing? · why did you buy SOL?",
  "/help shows this, /quit leaves. Other commands (status, positions, journal, pause, halt) work from a second terminal.",
].join("\n");

/** Answers lines until closed. `onQuit` is called for /quit and Ctrl-D on a terminal. */
export function startTerminalChat(
  ask: (text: string) => Promise<Answer>,
  io: Io,
  { signal, onQuit }: { readonly signal: AbortSignal; readonly onQuit: () => void },
): Chat {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: PROMPT });
  let asked: Promise<void> = Promise.resolve();
  lines.on("line", (line) => {
    const text = line.trim();
    asked = asked.then(() => answerLine(text, ask, io, onQuit)).then(() => lines.prompt());
  });
  lines.on("close", onQuit);
  // readline takes Ctrl-C from the terminal; it is handed on so that one place decides how to stop.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const close = (): void => {
    lines.removeListener("close", onQuit);
    lines.close();
  };
  signal.addEventListener("abort", close, { once: true });
  return { prompt: () => lines.prompt(true), close };
}

async function answerLine(
  text: string,
  ask: (text: string) => Promise<Answer>,
  io: Io,
  onQuit: () => void,
): Promise<void> {
  if (text === "") return;
  if (text === "/quit" || text === "/exit") return onQuit();
  if (text.startsWith("/")) return io.out(HELP);
  try {
    io.out(answerText(await ask(text), io.style));
  } catch (error) {
    io.out(io.style.bad(errorDocument(error).message));
  }
}

/** Chat where there is a terminal on both sides; else nothing. */
export function chatOnTerminal(
  ask: (text: string) => Promise<Answer>,
  io: Io,
  stop: { readonly signal: AbortSignal; readonly onQuit: () => void },
): Chat {
  const onTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true && !io.json;
  if (!onTerminal) return { prompt: () => {}, close: () => {} };
  return startTerminalChat(ask, io, stop);
}
