// Floor 2. Which code of this thread is a user's: a file, what it imports by path and in packages, and not this package's own. A
// call is theirs where a frame of theirs is nearer on the stack than one of ours.
import { readFileSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { urlOf } from "./imported-files.ts";

const PACKAGE_URL = new URL("../../", import.meta.url).href;
const FLOORS = ["schemas", "memory", "toolkits", "agents", "desk", "scheduler", "apps", "bench"];
/** Its rules are watched as if they were a user's. */
const SHIPPED_URL = new URL("../strategies/shipped/", import.meta.url).href;
const FRAMES = 50;

export class UsersCode {
  /** Without query. */
  readonly #urls = new Set<string>();
  readonly #folder: string;
  /** Name of the user's file. */
  readonly entry: string;

  /** @param entry absolute path of the user's file; null: there is none */
  constructor(entry: string | null) {
    this.#folder = entry === null ? "" : dirname(entry);
    this.entry = entry === null ? "" : basename(entry);
    if (entry !== null) this.add(urlOf(entry));
  }

  has = (url: string | undefined): boolean => url !== undefined && this.#urls.has(withoutQuery(url));

  add(url: string): void {
    this.#urls.add(withoutQuery(url));
  }

  /** Whether it is a file of this package's floors: no entry is meant for users there. */
  isOurs = (url: string): boolean => {
    if (!url.startsWith(PACKAGE_URL)) return false;
    return FLOORS.includes(url.slice(PACKAGE_URL.length).split("/")[0] ?? "");
  };

  /** Where the user's code called what asks; null: it was not the user's code. */
  caller(): string | null {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES;
    const frames = (new Error("asked").stack ?? "").split("\n").slice(2);
    Error.stackTraceLimit = before;
    for (const frame of frames) {
      const place = this.#placeIn(frame);
      if (place !== null) return place;
      const at = frame.indexOf(PACKAGE_URL);
      if (at >= 0 && !frame.includes("/toolkits/user-files/") && this.isOurs(frame.slice(at))) return null;
    }
    return null;
  }

  /** `mine.ts:12`: the line in which an import stands; without a line where it cannot be found. */
  lineOf(url: string, specifier: string): string {
    const file = withoutQuery(url);
    if (!file.startsWith("file:")) return file.slice(0, 60);
    const lines = readFileSync(fileURLToPath(file), "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes(`"${specifier}"`) || text.includes(`'${specifier}'`));
    return this.#short(file) + (line < 0 ? "" : `:${line + 1}`);
  }

  #placeIn(frame: string): string | null {
    for (const url of this.#urls) {
      for (const named of [url, url.startsWith("file:") ? fileURLToPath(url) : url]) {
        const line = lineAfter(frame, named);
        if (line !== null) return `${this.#short(url)}:${line}`;
      }
    }
    const shipped = frame.indexOf(SHIPPED_URL);
    if (shipped < 0) return null;
    return frame.slice(shipped + SHIPPED_URL.length).replace(/:\d+\)?$/, "");
  }

  #short(url: string): string {
    if (!url.startsWith("file:")) return url.slice(0, 60);
    return relative(this.#folder, fileURLToPath(url));
  }
}

const withoutQuery = (url: string): string => (url.startsWith("file:") ? url.replace(/[?#].*$/, "") : url);

/** The number after `named:` or `named?query:`; null: it is not in the text. */
function lineAfter(text: string, named: string): string | null {
  const at = text.indexOf(named);
  if (at < 0) return null;
  return /^(?:\?[^:]*)?:(\d+)/.exec(text.slice(at + named.length))?.[1] ?? null;
}
