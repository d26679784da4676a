// Floor 5. The terminal: stdout is the result, stderr is log and progress. Nothing else writes to either.
import { styleText } from "node:util";

/** How text is dressed; plain where the output is piped, or NO_COLOR asks for it. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  readonly columns: number;
}

export interface Io {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly style: Style;
  /** A line of the result. */
  out(text: string): void;
  /** A note beside the result. */
  note(text: string): void;
  /** One line that overwrites itself; null clears it. Silent where stderr is no terminal. */
  progress(text: string | null): void;
}

export function createIo({ json, quiet }: { readonly json: boolean; readonly quiet: boolean }): Io {
  const live = process.stderr.isTTY === true && !quiet;
  let progressShown = false;
  const clear = (): void => {
    if (!progressShown) return;
    process.stderr.write("\r\u001b[2K");
    progressShown = false;
  };
  return {
    json,
    quiet,
    style: createStyle(process.stdout.isTTY === true && !json, process.stdout.columns ?? 100),
    out: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      if (quiet) return;
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!live) return;
      clear();
      if (text === null) return;
      process.stderr.write(`\r${text}`);
      progressShown = true;
    },
  };
}

/** `styleText` itself heeds NO_COLOR and FORCE_COLOR; `colour` false never dresses. */
function createStyle(colour: boolean, columns: number): Style {
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
    columns,
  };
}
