// Floor 6. The terminal: stdout is the result, stderr is log and progress. Nothing else writes to either.
import { styleText } from "node:util";
import type { ShownText } from "#schemas/fact.ts";
import { withoutTurns, withTurnsEscaped } from "#schemas/plain-line.ts";
import { wrapText } from "./text/wrap.ts";

/** How text is dressed; plain where the output is piped, or NO_COLOR asks for it. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  /** Width of the terminal; endless where the output is piped. */
  readonly columns: number;
}

export interface Io {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly style: Style;
  /** A line of the result; what `piece` began goes on in it. */
  out(text: string): void;
  /** A part of the result's next line, as it comes. */
  piece(text: ShownText): void;
  /** A note beside the result. */
  note(text: string): void;
  /** One line that overwrites itself; null clears it. Silent where stderr is no terminal. */
  progress(text: string | null): void;
  /** A prompt that steps aside for every line and comes back with what was typed; null: there is none any more. */
  attach(prompt: Prompt | null): void;
}

/** A line under edit at the bottom of the terminal; hidden twice is hidden once. */
export interface Prompt {
  hide(): void;
  show(): void;
}

export function createIo({ json, quiet }: { readonly json: boolean; readonly quiet: boolean }): Io {
  const live = process.stderr.isTTY === true && !quiet;
  let progressShown = false;
  let prompt: Prompt | null = null;
  let promptDue = false;
  let lineIsOpen = false;
  const clear = (): void => {
    prompt?.hide();
    // Lines that come together are written together; the prompt returns once, beneath them.
    if (prompt !== null && !promptDue) {
      promptDue = true;
      setImmediate(() => {
        promptDue = false;
        if (!lineIsOpen) prompt?.show();
      });
    }
    if (!progressShown) return;
    process.stderr.write("\r\u001b[2K");
    progressShown = false;
  };
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    clear();
    if (lineIsOpen && stream !== process.stdout) process.stdout.write("\n");
    lineIsOpen = false;
    // What was typed or quoted turns nothing around, whichever command shows it.
    stream.write(`${json && stream === process.stdout ? withTurnsEscaped(text) : withoutTurns(text)}\n`);
  };
  return {
    json,
    quiet,
    style: createStyle(process.stdout.isTTY === true && !json),
    out: (text) => write(process.stdout, json ? text : wrapText(text, widthOf(process.stdout))),
    piece: (text) => {
      lineIsOpen = true;
      clear();
      process.stdout.write(withoutTurns(text));
    },
    note: (text) => {
      if (!quiet) write(process.stderr, wrapText(text, widthOf(process.stderr)));
    },
    progress: (text) => {
      // A prompt is a sign of life by itself, and the two would fight for the line.
      if (!live || prompt !== null) return;
      clear();
      if (text === null) return;
      process.stderr.write(`\r${text.slice(0, widthOf(process.stderr) - 1)}`);
      progressShown = true;
    },
    attach: (next) => {
      prompt = next;
    },
  };
}

/** A text whose beginning is told as it comes. */
export function tellBitByBit(io: Pick<Io, "piece">) {
  let told = "";
  return {
    onShown: (piece: ShownText): void => {
      told += piece;
      io.piece(piece);
    },
    /** What of the whole text is left to print. */
    rest: (text: string): string => (text.startsWith(told) ? text.slice(told.length) : `\n${text}`),
  };
}

/** Says what is waited for, and how long already, on the progress line. */
export async function showWait<T>(io: Pick<Io, "progress">, what: string, work: Promise<T>): Promise<T> {
  const startMs = performance.now();
  const show = (): void => io.progress(`${what}, ${Math.round((performance.now() - startMs) / 1000)} s`);
  show();
  const timer = setInterval(show, 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    io.progress(null);
  }
}

/** As it is now: a window changes its size. */
const widthOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY === true && stream.columns > 0 ? stream.columns : Number.POSITIVE_INFINITY;

/** `styleText` itself follows NO_COLOR and FORCE_COLOR; `colour` false never dresses. */
function createStyle(colour: boolean): Style {
  const dress =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      colour ? styleText(format, text) : text;
  return {
    bold: dress("bold"),
    dim: dress("dim"),
    good: dress("green"),
    warn: dress("yellow"),
    bad: dress("red"),
    get columns() {
      return widthOf(process.stdout);
    },
  };
}

/** For text that no terminal shows. */
export const PLAIN_STYLE: Style = { ...createStyle(false), columns: Number.POSITIVE_INFINITY };
