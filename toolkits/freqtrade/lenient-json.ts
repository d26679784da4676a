// Floor 2. JSON as freqtrade reads it (rapidjson with comments and trailing commas) → plain data.
import { DataFormatError } from "#schemas/errors.ts";

/** @param where its file, for messages. @throws DataFormatError where it is no such JSON */
export function parseLenientJson(text: string, where: string): unknown {
  try {
    return JSON.parse(strictOf(text.replace(/^\uFEFF/, "")));
  } catch {
    throw new DataFormatError({
      where,
      // Not the parser's own words: they quote the text, which may hold a key.
      was: "not JSON, even with comments and trailing commas allowed.",
      remedy: "Correct the file.",
    });
  }
}

/** Texts stay as they are; comments become blanks, and a comma before a closing bracket goes. */
function strictOf(text: string): string {
  return text
    .replace(/"(?:\\[\s\S]|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (token) => (token.startsWith('"') ? token : " "))
    .replace(/"(?:\\[\s\S]|[^"\\])*"|,(?=\s*[}\]])/g, (token) => (token.startsWith('"') ? token : ""));
}
