// Floor 6. What a command that is no desk's is given, and what it gives back.
import type { CommandInput } from "./command.ts";
import type { Io } from "./io.ts";
import type { ParsedOptions } from "./options.ts";

export interface Call {
  readonly input: CommandInput;
  readonly options: ParsedOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly io: Io;
  readonly signal: AbortSignal;
}

export interface Done {
  readonly document: unknown;
  readonly text: string;
  readonly exitCode?: number;
}

export type OwnCommand = (call: Call) => Promise<Done | null>;
