// Floor 6. A command → the running desk that owns the home, over HTTP on 127.0.0.1.
import { z } from "zod";
import { DeskMismatchError, ProviderError } from "#schemas/errors.ts";
import { deskText } from "#schemas/fact.ts";
import type { CommandOptions } from "./command.ts";
import { type DeskFile, readDeskFile } from "./desk-file.ts";
import { RemoteError } from "./error-document.ts";
import { flagOf } from "./options.ts";
import { SETTINGS } from "./settings.ts";

/** How a reply comes bit by bit: one JSON document a line. */
export const LINES = "application/x-ndjson";

const Health = z.object({ pid: z.int() });

const Reply = z.union([
  z.object({ document: z.unknown() }),
  z.object({
    error: z.object({ name: z.string(), message: z.string(), exitCode: z.union([z.literal(1), z.literal(2)]) }),
  }),
]);

export interface DeskRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** The desk that runs on this home; null where none does. A file left by a dead desk counts as none. */
export async function findRunningDesk(home: string, signal: AbortSignal): Promise<DeskFile | null> {
  const file = await readDeskFile(home);
  if (file === null) return null;
  try {
    const response = await fetch(`http://127.0.0.1:${file.port}/health`, {
      headers: { authorization: `Bearer ${file.token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    });
    // After a desk has died another program may have its port.
    const health = Health.safeParse(await response.json());
    return response.ok && health.data?.pid === file.pid ? file : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** @throws DeskMismatchError naming both values of every setting that differs */
export function refuseOtherSettings(file: DeskFile, explicit: ReadonlyMap<string, unknown>): void {
  const differing = [...explicit].filter(([key, value]) => key in file.settings && file.settings[key] !== value);
  if (differing.length === 0) return;
  const named = differing.map(([key, value]) => {
    const setting = SETTINGS.find((s) => s.key === key);
    const running = file.settings[key];
    return `${setting === undefined ? key : flagOf(setting)} ${String(value)} (the desk runs ${running === null ? "without it" : String(running)})`;
  });
  throw new DeskMismatchError({
    was: `A desk is running on this home (pid ${file.pid}), and the command asks for ${named.join(", ")}.`,
    expected: "the running desk's settings, or a home of its own",
    remedy: "Leave the flag out to ask the running desk, or add --home DIR.",
  });
}

/** @throws whatever the desk answered, under its own name and exit code; ProviderError where it did not answer */
export async function askRunningDesk(
  file: DeskFile,
  request: DeskRequest,
  { signal, onShown }: Pick<CommandOptions, "signal" | "onShown">,
): Promise<unknown> {
  const reply = await postCommand(file, request, { signal, onShown });
  if ("error" in reply) throw new RemoteError(reply.error);
  return reply.document;
}

async function postCommand(
  file: DeskFile,
  request: DeskRequest,
  { signal, onShown }: Pick<CommandOptions, "signal" | "onShown">,
): Promise<z.infer<typeof Reply>> {
  try {
    const response = await fetch(`http://127.0.0.1:${file.port}/command`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${file.token}`,
        "content-type": "application/json",
        accept: onShown === undefined ? "application/json" : LINES,
      },
      body: JSON.stringify(request),
      signal,
    });
    if (onShown === undefined || response.body === null) return Reply.parse(await response.json());
    return await readLines(response.body, onShown);
  } catch (error) {
    signal.throwIfAborted();
    throw new ProviderError({
      was: `The desk that runs on this home (pid ${file.pid}) gave no answer to \`${request.command}\`.`,
      expected: "an answer of a desk of the same version",
      remedy: "See whether it still runs (`deeptrader status`), and ask again.",
      cause: error,
    });
  }
}

const Shown = z.object({ shown: z.string() });

/** Pieces as they come, one JSON line each, and the reply as the last line. */
async function readLines(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onShown: NonNullable<CommandOptions["onShown"]>,
): Promise<z.infer<typeof Reply>> {
  let reply: z.infer<typeof Reply> | null = null;
  let open = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = `${open}${text}`.split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) {
      const value: unknown = JSON.parse(line);
      const piece = Shown.safeParse(value);
      // The desk has checked it; this is its own door.
      if (piece.success) onShown(deskText(piece.data.shown));
      else reply = Reply.parse(value);
    }
  }
  if (reply === null) throw new Error("The answer broke off.");
  return reply;
}
