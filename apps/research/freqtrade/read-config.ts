// Floor 6. A freqtrade configuration file, with those that its add_config_files names → one document. A file that is named adds to the
// one that names it and wins nothing from it, as freqtrade merges them: later files go before earlier ones, the naming file last.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DataFormatError, UnknownNameError } from "#schemas/errors.ts";
import { isRecord } from "#schemas/is-record.ts";
import { parseLenientJson } from "#toolkits/freqtrade/lenient-json.ts";

type Config = Readonly<Record<string, unknown>>;

/** Files that name each other without end. */
const MOST_LEVELS = 5;

/** @throws UnknownNameError for a file that is not there; DataFormatError for one that is no configuration */
export async function readFreqtradeConfig(file: string, level = 0): Promise<Config> {
  if (level > MOST_LEVELS) throw fault(file, "add_config_files goes deeper than five files.");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new UnknownNameError({ was: `There is no file ${file}.`, remedy: "Name freqtrade's config.json." });
  });
  const config = parseLenientJson(text, file);
  if (!isRecord(config)) throw fault(file, "not an object.");
  const named = config["add_config_files"];
  if (!Array.isArray(named)) return config;
  let merged: Config = {};
  for (const name of named) {
    if (typeof name === "string")
      merged = merge(merged, await readFreqtradeConfig(resolve(dirname(file), name), level + 1));
  }
  return merge(merged, config);
}

/** Of what both have the second's holds; groups are merged. */
function merge(first: Config, second: Config): Config {
  const merged: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = merged[key];
    merged[key] = isRecord(before) && isRecord(value) ? merge(before, value) : value;
  }
  return merged;
}

const fault = (where: string, was: string): DataFormatError =>
  new DataFormatError({ where, was, expected: "freqtrade's configuration", remedy: "Correct the file." });
