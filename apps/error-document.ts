// Floor 6. What crosses the wire, and what `--json` prints, of an error.
import { DeepTraderError, type ErrorPolicy } from "#schemas/errors.ts";

export interface ErrorDocument {
  readonly name: string;
  readonly message: string;
  readonly exitCode: 1 | 2;
}

export function errorDocument(error: unknown): ErrorDocument {
  if (error instanceof DeepTraderError) return { name: error.name, message: error.message, exitCode: error.exitCode };
  const name = error instanceof Error ? error.name : "Error";
  return { name, message: error instanceof Error ? error.message : String(error), exitCode: 1 };
}

/** An error of another process or thread, shown as it was there. */
export class RemoteError extends DeepTraderError {
  override readonly policy: ErrorPolicy = "exit";
  override readonly exitCode: 1 | 2;

  constructor(error: ErrorDocument) {
    super({ was: error.message, remedy: "" });
    this.name = error.name;
    this.message = error.message;
    this.exitCode = error.exitCode;
  }
}
