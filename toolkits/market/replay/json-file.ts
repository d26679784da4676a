// Floor 2. The text of a JSON file and the schema it must meet → a typed value, or an error that names file and path.
import { z } from "zod";
import { DataFormatError } from "#schemas/errors.ts";
import { parseTimeMs } from "./iso-time.ts";

/** ISO-8601 or epoch ms, as people write it → epoch ms. */
export const TimeMs = z.union([z.string(), z.int().nonnegative()]).transform((value, context) => {
  const timeMs = typeof value === "number" ? value : parseTimeMs(value);
  if (timeMs !== null) return timeMs;
  context.addIssue({ code: "custom", message: `"${value}" is not a time; expected ISO-8601 or epoch ms` });
  return z.NEVER;
});

/** `records[0].observedAt`: the path of a fault as people write it. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`), "")
    .replace(/^\./, "");

/** @throws DataFormatError with `FILE` (not JSON) or `FILE: PATH` (JSON of another shape); the first fault is named. */
export function parseJsonFile<Schema extends z.ZodType>(file: string, text: string, schema: Schema): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataFormatError({
      where: file,
      was: `not JSON (${why}).`,
      remedy: "Repair the file or remove it.",
      cause,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = pathText(issue?.path ?? []);
  const more = parsed.error.issues.length - 1;
  throw new DataFormatError({
    where: path === "" ? file : `${file}: ${path}`,
    was: `${issue?.message ?? "wrong shape"}${more > 0 ? ` (and ${more} more faults)` : ""}.`,
    remedy: "Correct the entry or remove it.",
  });
}
