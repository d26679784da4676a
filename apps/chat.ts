// Floor 6. Operator chat on a terminal: a line typed is a question, a line beginning with / a command. On a pipe there is no
// chat, and its end of file means nothing.
import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";
import type { Answer } from "#schemas/question.ts";
import { answerText } from "./commands/ask.ts";
import { errorDocument } from "./error-document.ts";
import type { Io } from "./io.ts";

export interface Chat {
  /** False where there is no terminal to type in. */
  readonly isLive: boolean;
  /** Shows the prompt, from now on beneath whatever else is printed. */
  open(): void;
  close(): void;
}

const PROMPT = "ask> ";
const HELP = [
  "Type a question, for example: what is the RSI of BTC? · and ETH? · is it safe? · at what price would you buy SOL?",
  "which are oversold? · what moved? · how is the market? · what do I hold? · what if all stops hit? · did we beat holding?",
  "why did you buy SOL? · why didn't you buy BTC? · what happened since I left? · is the desk healthy?",
  "/help shows this, /quit leaves. Other commands (status, positions, journal, pause, halt) work from a second terminal.",
].join("\n");

export type Ask = (text: string) => Promise<Answer>;

export interface ChatEnds {
  readonly signal: AbortSignal;
  /** For /quit and Ctrl-D. */
  readonly onQuit: () => void;
}

/** Answers lines until closed. */
function startTerminalChat(ask: Ask, io: Io, { signal, onQuit }: ChatEnds): Chat {
  const { stdout } = process;
  const lines = createInterface({ input: process.stdin, output: stdout, prompt: PROMPT });
  let opened = false;
  let closed = false;
  let asked: Promise<void> = Promise.resolve();
  let shown = false;
  let rowsAbove = 0;
  const show = (): void => {
    if (!opened || closed) return;
    // readline goes up by the rows it last drew before it draws anew; they must be there, or it eats printed lines.
    stdout.write("\n".repeat(rowsAbove));
    rowsAbove = 0;
    lines.prompt(true);
    shown = true;
  };
  const hide = (): void => {
    if (!shown) return;
    shown = false;
    // What was typed may have wrapped: up to its first row, then everything below goes.
    rowsAbove = lines.getCursorPos().rows;
    moveCursor(stdout, 0, -rowsAbove);
    cursorTo(stdout, 0);
    clearScreenDown(stdout);
  };
  const close = (): void => {
    if (closed) return;
    closed = true;
    hide();
    io.attach(null);
    lines.close();
  };
  const answer = async (text: string): Promise<void> => {
    if (text === "") return show();
    // Whatever is printed brings the prompt back beneath it.
    if (text.startsWith("/")) return io.out(HELP);
    try {
      io.out(answerText(await ask(text), io.style));
    } catch (error) {
      io.out(io.style.bad(errorDocument(error).message));
    }
  };
  lines.on("line", (line) => {
    const text = line.trim();
    // Enter has ended the line that the prompt stood in.
    shown = false;
    rowsAbove = 0;
    // Heard at once, also while an answer is still being made.
    if (text === "/quit" || text === "/exit") return onQuit();
    asked = asked.then(() => answer(text));
  });
  lines.on("close", () => {
    if (closed) return;
    // Ctrl-D leaves the cursor behind the prompt.
    stdout.write("\n");
    closed = true;
    io.attach(null);
    onQuit();
  });
  // readline takes Ctrl-C from the terminal; it is handed on so that one place decides how to stop.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  signal.addEventListener("abort", close, { once: true });
  return {
    isLive: true,
    open: () => {
      if (opened || closed) return;
      opened = true;
      io.attach({ hide, show });
      show();
    },
    close,
  };
}

/** Chat where there is a terminal on both sides; else nothing. */
export function chatOnTerminal(ask: Ask, io: Io, ends: ChatEnds): Chat {
  const onTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true && !io.json;
  if (!onTerminal) return { isLive: false, open: () => {}, close: () => {} };
  return startTerminalChat(ask, io, ends);
}
