// Floor 2. The bytes of a feed → its text, in the encoding that its own mark, the answer or the document says; and what a title is without
// its markup.
import { MOST_TITLE } from "#schemas/news.ts";
import { plainText } from "#schemas/plain-text.ts";
import { FeedFault } from "./parse-feed.ts";

const MARKS: readonly (readonly [bytes: readonly number[], encoding: string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/**
 * @param contentType of the answer; null: it has none
 * @throws FeedFault for an encoding that nobody knows, and for what cannot be a feed
 */
export function feedText(bytes: Uint8Array, contentType: string | null): string {
  const text = decoderOf(encodingOf(bytes, contentType)).decode(bytes);
  const start = text.trimStart().slice(0, 200).toLowerCase();
  if (start === "") throw new FeedFault("is empty");
  if (/^(?:<!doctype html|<html)/.test(start)) throw new FeedFault("is an HTML page");
  if (!start.startsWith("<")) throw new FeedFault("is no XML");
  // White space before the declaration is forgiven: XML allows none.
  return text.trimStart();
}

function encodingOf(bytes: Uint8Array, contentType: string | null): string {
  const marked = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked !== undefined) return marked[1];
  const said = /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType ?? "")?.[1];
  if (said !== undefined) return said;
  const declaration = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})/i.exec(declaration)?.[1] ?? "utf-8";
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    throw new FeedFault(`is in an encoding that is not known (${encoding})`);
  }
}

/** What titles in markup are escaped with, a second time. */
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** One line of plain text; empty where nothing is left of it. Markup goes, whether it was escaped or not. */
export function titleText(title: string): string {
  const bare = title
    .replace(/<\/?[a-z][^<>]{0,500}>/gi, " ")
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,5}));/gi, (whole, decimal?: string, hex?: string, name = "") => {
      if (name !== "") return NAMED[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : " ";
    });
  return plainText(bare, MOST_TITLE);
}
