// Floor 6. The file of a freqtrade backtest result, JSON or the zip that freqtrade packs it in → its JSON.
import { readFile } from "node:fs/promises";
import { DataFormatError, UnknownNameError } from "#schemas/errors.ts";
import { isZip, readZip } from "#toolkits/freqtrade/read-zip.ts";

/** @throws UnknownNameError for a file that is not there; DataFormatError for one that is no JSON, or holds none */
export async function readResultFile(file: string): Promise<unknown> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "EISDIR") throw error;
    throw new UnknownNameError({
      was: error.code === "ENOENT" ? `There is no file ${file}.` : `${file} is a folder.`,
      remedy: "Name freqtrade's backtest-result-….json or .zip.",
    });
  });
  try {
    // freqtrade writes NaN and Infinity where JSON has no number; outside texts they become null.
    const text = textOf(bytes, file).replace(/"(?:\\[\s\S]|[^"\\])*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
      token.startsWith('"') ? token : "null",
    );
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (error instanceof SyntaxError) throw fault(file, "not JSON.");
    throw error;
  }
}

/** Beside the result, the zip holds the configuration (`…_config.json`), the strategy and the market's change. */
function textOf(bytes: Buffer, file: string): string {
  if (!isZip(bytes)) return bytes.toString("utf8");
  const results = readZip(bytes, file).filter(({ name }) => name.endsWith(".json") && !name.endsWith("_config.json"));
  const [result] = results;
  if (result === undefined || results.length > 1) {
    const names = results.map(({ name }) => name).join(", ");
    throw fault(
      file,
      `the zip holds ${results.length} files that may be the result${names === "" ? "" : `: ${names}`}.`,
    );
  }
  return result.text();
}

const fault = (where: string, was: string): DataFormatError =>
  new DataFormatError({
    where,
    was,
    expected: "freqtrade's backtest result",
    remedy: "Name its backtest-result-….json or .zip.",
  });
