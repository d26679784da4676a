// Floor 5. What a command is. Desk commands run on an opened desk: this process's own, or the one that holds the home;
// either way the document is made by `execute` and dressed by `render`. Their words are in command-words.ts.
import type { CallOptions } from "#schemas/ports.ts";
import type { Style } from "./io.ts";
import type { OpenDesk, RunChoice } from "./wire.ts";

export interface CommandInput {
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

export interface DeskCommand<Document = unknown> {
  /** As typed, for example `memory list`. */
  readonly name: string;
  /** Which run it looks at when no desk is running. */
  readonly run: RunChoice;
  /** True where it must not run in the middle of a tick. */
  readonly exclusive: boolean;
  execute(open: OpenDesk, input: CommandInput, options: CommandOptions): Promise<Document>;
  render(document: Document, style: Style): string;
}

export interface CommandOptions extends CallOptions {
  readonly onProgress?: (done: number, of: number) => void;
}

/** Keeps the document's type between execute and render, and forgets it for the registry. */
export const deskCommand = <Document>(command: DeskCommand<Document>): DeskCommand => command as unknown as DeskCommand;
