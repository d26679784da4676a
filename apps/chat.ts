// Floor 6. Operator chat on a terminal: a line typed is a question, a line beginning with / a command. Lines of a pipe are questions
// too (piped-chat.ts).
import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";
import type { ShownText } from "#schemas/fact.ts";
import type { Answer } from "#schemas/question.ts";
import { type ApprovalDoor, answerProposalLine, isApprovalLine } from "./chat-approvals.ts";
import { EXAMPLES } from "./chat-examples.ts";
import { errorDocument } from "./error-document.ts";
import { type Io, tellBitByBit } from "./io.ts";
import { startPipedChat } from "./piped-chat.ts";
import { answerText } from "./text/answer-text.ts";

export interface Chat {
  /** False where there is no terminal to type in. */
  readonly isLive: boolean;
  /** Shows the prompt, from now on beneath whatever else is printed; lines of a pipe are answered from now on. */
  open(): void;
  /** Settles when what a pipe has asked so far is answered. */
  settled(): Promise<void>;
  close(): void;
}

const PROMPT = "ask> ";

const HELP = [
  "Ask in your own words, for example:",
  ...EXAMPLES.map((question) => `  ${question}`),
  "A follow-up goes on from the answer before: and on 1h? · and ETH?",
  "At this prompt: help shows this, quit or exit leaves. Of what is proposed: yes or no (or approve p7, refuse p7); approvals lists it.",
  "From a second terminal: npx deeptrader status, positions, journal, triggers, report, approvals, close, reduce, cancel, block, tighten, pause, resume or halt.",
].join("\n");

/** @param onShown hears each piece of an answer that comes bit by bit */
export type Ask = (text: string, onShown: (piece: ShownText) => void) => Promise<Answer>;

const HELP_WORDS = /^\/?(help|\?)$/i;
const QUIT_WORDS = /^\/?(quit|exit)$/i;

export interface ChatEnds {
  readonly signal: AbortSignal;
  /** `quit` or `exit` was typed. */
  readonly onQuit: () => void;
  /** Ctrl-D: there is no prompt any more. */
  readonly onEnd: () => void;
  /** Where what is proposed is answered; left out: lines are questions. */
  readonly approvals?: ApprovalDoor;
  /** A last line of help; null or left out: none. */
  readonly helpNote?: string | null;
}

/**
 * Lines that came in one piece → questions: a pasted text is one, broken over its lines; a line that ends a sentence, or
 * is a command, was typed ahead.
 */
export function joinPasted(lines: readonly string[]): string[] {
  const questions: string[] = [];
  let isOpen = false;
  for (const text of lines.map((line) => line.trim()).filter((line) => line !== "")) {
    const isCommand = HELP_WORDS.test(text) || QUIT_WORDS.test(text) || isApprovalLine(text);
    if (isOpen && !isCommand) questions.push(`${questions.pop()} ${text}`);
    else questions.push(text);
    isOpen = !isCommand && !/[?!.]$/.test(text);
  }
  return questions;
}

/** One line, answered on the output; never throws. */
function answererOf(
  ask: Ask,
  io: Pick<Io, "out" | "piece" | "style">,
  { approvals, helpNote }: { readonly approvals: ApprovalDoor | undefined; readonly helpNote: string | null },
): (text: string) => Promise<void> {
  return async (text) => {
    // Whatever is printed brings the prompt back beneath it.
    if (HELP_WORDS.test(text)) return io.out(helpNote === null ? HELP : `${HELP}\n${helpNote}`);
    try {
      const said = approvals === undefined ? null : await answerProposalLine(text, approvals);
      if (said !== null) return io.out(said);
      if (text.startsWith("/")) return io.out(`There is no command ${text} here; help shows what can be typed.`);
      const told = tellBitByBit(io);
      io.out(told.rest(answerText(await ask(text, told.onShown), io.style)));
    } catch (error) {
      io.out(io.style.bad(errorDocument(error).message));
    }
  };
}

/** Answers lines until closed. */
export function startTerminalChat(
  ask: Ask,
  io: Pick<Io, "out" | "piece" | "attach" | "style">,
  { signal, onQuit, onEnd, approvals, helpNote = null }: ChatEnds,
  { stdin, stdout }: { readonly stdin: NodeJS.ReadableStream; readonly stdout: NodeJS.WritableStream } = process,
): Chat {
  const lines = createInterface({ input: stdin, output: stdout, prompt: PROMPT, terminal: true });
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
  const answer = answererOf(ask, io, { approvals, helpNote });
  let typed: string[] = [];
  const take = (): void => {
    const questions = joinPasted([...typed, lines.line]);
    const unfinished = lines.line === "" ? "" : (questions.pop() ?? "");
    typed = [];
    for (const text of questions) {
      if (QUIT_WORDS.test(text)) onQuit();
      else asked = asked.then(() => answer(text));
    }
    if (unfinished !== "") {
      lines.write(null, { ctrl: true, name: "e" });
      lines.write(null, { ctrl: true, name: "u" });
      show();
      lines.write(unfinished);
    } else if (questions.length === 0) show();
  };
  lines.on("line", (line) => {
    // Enter has ended the line that the prompt stood in.
    shown = false;
    rowsAbove = 0;
    // Pasted lines come all at once.
    if (typed.push(line) === 1) setImmediate(take);
  });
  lines.on("close", () => {
    if (closed) return;
    // Ctrl-D leaves the cursor behind the prompt.
    stdout.write("\n");
    closed = true;
    io.attach(null);
    onEnd();
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
    settled: async () => {},
    close,
  };
}

/** Chat where there is a terminal on both sides; else what is piped in is asked. */
export function chatOnTerminal(ask: Ask, io: Io, ends: ChatEnds): Chat {
  if (process.stdin.isTTY !== true) {
    const answer = answererOf(ask, io, { helpNote: ends.helpNote ?? null, approvals: undefined });
    return startPipedChat(answer, io, { ...ends, isQuit: (text) => QUIT_WORDS.test(text) });
  }
  if (process.stdout.isTTY === true && !io.json) return startTerminalChat(ask, io, ends);
  return { isLive: false, open: () => {}, settled: async () => {}, close: () => {} };
}
