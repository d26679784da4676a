// Floor 6. The file of a freqtrade backtest result → its JSON.
import { readFile } from "node:fs/promises";
import { DataFormatError, UnknownNameError } from "#schemas/errors.ts";

/** @throws UnknownNameError for a file that is not there; DataFormatError for one that is no JSON */
export async function readResultFile(file: string): Promise<unknown> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "EISDIR") throw error;
    throw new UnknownNameError({
      was: error.code === "ENOENT" ? `There is no file ${file}.` : `${file} is a folder.`,
      remedy: "Name freqtrade's backtest-result-….json.",
    });
  });
  // As every zip begins; freqtrade writes one since 2025.
  if (bytes.subarray(0, 4).toString("latin1") === "PK\u0003\u0004")
    throw fault(file, "it is a zip.", "Unzip it, and name the backtest-result-….json in it.");
  try {
    // freqtrade writes NaN and Infinity where JSON has no number; outside texts they become null.
    const text = bytes
      .toString("utf8")
      .replace(/"(?:\\[\s\S]|[^"\\])*"|-?\b(?:NaN|Infinity)\b/g, (token) => (token.startsWith('"') ? token : "null"));
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw fault(file, "not JSON.", "Name freqtrade's backtest-result-….json.");
  }
}

const fault = (where: string, was: string, remedy: string): DataFormatError =>
  new DataFormatError({ where, was, expected: "freqtrade's backtest result", remedy });
