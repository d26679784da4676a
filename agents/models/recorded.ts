// Floor 3. Model calls kept in a folder: what was asked → content hash → the parts of the answer, one file per call.
// While recording, a call is made once and answered from its file ever after; in replay no provider is called at all.
// The file of a call is what is served, also right after it was written, so a recorded run and its replay are the same.
import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { z } from "zod";
import { ModelRunError } from "#schemas/errors.ts";
import { canonicalJson, sha256Hex } from "#schemas/hash.ts";
import { parseJson } from "#schemas/json.ts";
import { CallPart, isWhole, type ModelCall, requestOf, streamOf } from "./call.ts";

export interface RecordingSetting {
  readonly mode: "record" | "replay";
  readonly dir: string;
}

/** What the router's models resolve to, whichever way they were asked. */
interface Streamed {
  readonly stream: ReadableStream;
}

export interface Recorder {
  /**
   * The stored answer to `call`; else, while recording, the one that `ask` brings, stored first.
   * @throws ModelRunError for a miss in replay, a corrupted file, or a folder that cannot be read or written;
   * whatever `ask` throws
   */
  serve<R extends Streamed>(call: ModelCall, ask: () => Promise<R>): Promise<R | Pick<R, "stream">>;
}

const Recording = z.object({
  schemaVersion: z.literal(1),
  request: z.record(z.string(), z.unknown()),
  /** In the order in which they came, the provider's usage in the last. */
  parts: z.array(CallPart),
  /** Over the canonical JSON of `parts`. */
  partsSha256: z.string(),
});
type Recording = z.infer<typeof Recording>;

/** Shorter keys are placeholders for servers that ask for none, and would be found in any text. */
const SHORTEST_SECRET = 8;

/** `secrets` are the provider's key and the like: a call that repeats one is not written down. */
export function createRecorder({ mode, dir }: RecordingSetting, secrets: readonly string[]): Recorder {
  const guarded = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  return {
    async serve(call, ask) {
      const request = requestOf(call);
      const hash = sha256Hex(canonicalJson(request));
      const known = await load(dir, hash);
      if (known !== null) return { stream: streamOf(known.parts) };
      if (mode === "replay") {
        throw new ModelRunError({
          was: `The recording in ${dir} has no call ${hash} (${call.model}).`,
          expected: "every model call of a replay to be recorded",
          remedy: "Record it with DEEPTRADER_MODEL_RECORD, on the same market data, question and version.",
        });
      }
      const result = await ask();
      const parts: CallPart[] = [];
      for await (const part of result.stream) parts.push(part);
      // A failed or broken-off answer is worth no repetition.
      if (!isWhole(parts)) {
        return { ...result, stream: ReadableStream.from(parts) };
      }
      await save(dir, hash, { request, parts }, guarded);
      const stored = (await load(dir, hash)) ?? refuse(dir, hash, "it went away while it was being read");
      return { stream: streamOf(stored.parts) };
    },
  };
}

const fileOf = (dir: string, hash: string): string => `${dir}/${hash}.json`;

async function load(dir: string, hash: string): Promise<Recording | null> {
  const text = await readFile(fileOf(dir, hash), "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    return refuse(dir, hash, `it cannot be read (${codeOf(error)})`);
  });
  if (text === null) return null;
  const { data } = Recording.safeParse(parseJson(text));
  if (data === undefined) return refuse(dir, hash, "it is not a recording of this version");
  const intact =
    sha256Hex(canonicalJson(data.request)) === hash && sha256Hex(canonicalJson(data.parts)) === data.partsSha256;
  return intact ? data : refuse(dir, hash, "its content does not match its hash");
}

/** Whole or not at all, and the first writer wins: of two processes that record one call, both serve the same answer. */
async function save(
  dir: string,
  hash: string,
  { request, parts }: Pick<Recording, "request" | "parts">,
  secrets: readonly string[],
): Promise<void> {
  const whole: Recording = { schemaVersion: 1, request, parts, partsSha256: sha256Hex(storedJson(parts)) };
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  if (secrets.some((secret) => text.includes(JSON.stringify(secret).slice(1, -1)))) {
    throw new ModelRunError({
      was: "The model call repeats the provider's key or password, so it was not recorded.",
      expected: "no secret in a prompt or an answer",
      remedy: "Take it out of the question, and replace a key that a server sends back.",
    });
  }
  const temporary = `${dir}/${hash}.${randomUUID()}.tmp`;
  try {
    await mkdir(dir, { recursive: true });
    await writeFile(temporary, text, { flag: "wx", flush: true });
    await link(temporary, fileOf(dir, hash)).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
  } catch (error) {
    throw new ModelRunError({
      was: `The model call could not be recorded in ${dir} (${codeOf(error)}).`,
      expected: "a folder that takes files and hard links",
      remedy: "Make room or choose another folder in DEEPTRADER_MODEL_RECORD, or unset it.",
    });
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}

/** The canonical JSON of what reading the file will bring: dates are texts there. */
const storedJson = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value)));

function refuse(dir: string, hash: string, why: string): never {
  throw new ModelRunError({
    was: `The recorded model call ${fileOf(dir, hash)} cannot be used: ${why}.`,
    expected: "the file as it was recorded",
    remedy: "Restore it, or remove it and record the call again with DEEPTRADER_MODEL_RECORD.",
  });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
