// Floor 6. A command → the running desk that owns the home, over HTTP on 127.0.0.1.
import { z } from "zod";
import { DeskMismatchError, ProviderError } from "#schemas/errors.ts";
import { deskText } from "#schemas/fact.ts";
import type { CommandInput, CommandOptions, DeskCommand } from "./command.ts";
import { type DeskFile, readDeskFile } from "./desk-file.ts";
import { RemoteError } from "./error-document.ts";
import { API, LINES, pathOf, valuesOf } from "./http/api-route.ts";
import { flagOf } from "./options.ts";
import { SETTINGS } from "./settings.ts";

const Here = z.object({ pid: z.int() });

const Failed = z.object({
  error: z.object({ name: z.string(), message: z.string(), exitCode: z.union([z.literal(1), z.literal(2)]) }),
});
/** The last of the lines of an answer that comes bit by bit. */
const LastLine = z.union([z.object({ document: z.unknown() }), Failed]);

/** The desk that runs on this home; null where none does. A file left by a dead desk counts as none. */
export async function findRunningDesk(home: string, signal: AbortSignal): Promise<DeskFile | null> {
  const file = await readDeskFile(home);
  if (file === null) return null;
  try {
    const response = await fetch(`http://127.0.0.1:${file.port}${API}`, {
      headers: { authorization: `Bearer ${file.token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    });
    // After a desk has died another program may have its port.
    const here = Here.safeParse(await response.json());
    return response.ok && here.data?.pid === file.pid ? file : null;
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

/**
 * The same request that any program makes (docs/connect.md).
 * @throws whatever the desk answered, under its own name and exit code; ProviderError where it did not answer
 */
export async function askRunningDesk(
  file: DeskFile,
  { name: command, reads: isRead = false }: Pick<DeskCommand, "name" | "reads">,
  input: CommandInput,
  { signal, onShown }: Pick<CommandOptions, "signal" | "onShown">,
): Promise<unknown> {
  const values = valuesOf(command, input);
  const query = new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const address = `http://127.0.0.1:${file.port}${pathOf(command)}${isRead && query.size > 0 ? `?${query}` : ""}`;
  const reply = await answered(file, command, signal, async () => {
    const response = await fetch(address, {
      method: isRead ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${file.token}`,
        ...(isRead ? {} : { "content-type": "application/json" }),
        accept: onShown === undefined || isRead ? "application/json" : LINES,
      },
      ...(isRead ? {} : { body: JSON.stringify(values) }),
      signal,
    });
    if (response.headers.get("content-type") === LINES && response.body !== null && onShown !== undefined)
      return readLines(response.body, onShown);
    const body: unknown = await response.json();
    return response.ok ? { document: body } : Failed.parse(body);
  });
  if ("error" in reply) throw new RemoteError(reply.error);
  return reply.document;
}

type LastLine = z.infer<typeof LastLine>;

async function answered(
  { pid }: DeskFile,
  command: string,
  signal: AbortSignal,
  call: () => Promise<LastLine>,
): Promise<LastLine> {
  try {
    return await call();
  } catch (error) {
    signal.throwIfAborted();
    throw new ProviderError({
      was: `The desk that runs on this home (pid ${pid}) gave no answer to \`${command}\`.`,
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
): Promise<LastLine> {
  let reply: LastLine | null = null;
  let open = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = `${open}${text}`.split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) {
      const value: unknown = JSON.parse(line);
      const piece = Shown.safeParse(value);
      // The desk has checked it; this is its own door.
      if (piece.success) onShown(deskText(piece.data.shown));
      else reply = LastLine.parse(value);
    }
  }
  if (reply === null) throw new Error("The answer broke off.");
  return reply;
}
