// Floor 2. What a user's file imports, while this thread imports it: files by path with their bytes, packages with their version,
// and the import that failed.
import { existsSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { hashOf } from "#schemas/hash.ts";
import { MODULE_NAME } from "./module-name.ts";
import { type FileState, readFileState } from "./user-file.ts";

/** An import as it is written, and the file that it stands in. */
export interface FailedImport {
  readonly specifier: string;
  readonly importer: string;
}

const IN_PACKAGE = `${sep}node_modules${sep}`;

/** What a file imports: other files by path, and packages as NAME@VERSION. */
interface Imports {
  readonly state: FileState;
  readonly files: Set<string>;
  readonly packages: Set<string>;
}

/** Of all user's files that this thread has imported. A file shared by two is resolved once, so it is kept for both. */
const known = new Map<string, Imports>();
let lastFailed: FailedImport | null = null;
let isWatching = false;

export class ImportedFiles {
  readonly #entry: string;

  /** @param entry absolute path of the file that is imported next. @throws FileTooLargeError */
  constructor(entry: string) {
    this.#entry = entry;
    lastFailed = null;
    note(entry);
    if (!isWatching) watch();
    isWatching = true;
  }

  /** The last import that could not be resolved. */
  get failed(): FailedImport | null {
    return lastFailed;
  }

  /** The entry, and all that it imports by path, directly or not. */
  get files(): readonly FileState[] {
    return this.#closure().map(({ state }) => state);
  }

  /** Of the bytes of all files by their path from the entry's folder, and of the packages: the same wherever the folder lies. */
  digest(): string {
    const folder = dirname(this.#entry);
    const all = this.#closure();
    const files = all.map(({ state: { path, digest } }) => [relative(folder, path).split(sep).join("/"), digest]);
    const packages = new Set(all.flatMap((each) => [...each.packages]));
    return hashOf([files.sort(byText), [...packages].sort()]);
  }

  #closure(): readonly Imports[] {
    const reached = new Set([this.#entry]);
    // A set goes on over what is added while it is walked.
    for (const path of reached) for (const file of known.get(path)?.files ?? []) reached.add(file);
    return [...reached].flatMap((path) => known.get(path) ?? []);
  }
}

const note = (path: string): void => {
  if (!known.has(path)) known.set(path, { state: readFileState(path), files: new Set(), packages: new Set() });
};

function watch(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const path = pathOf(context.parentURL);
      const importer = path === null ? undefined : known.get(path);
      if (path === null || importer === undefined) return next(specifier, context);
      try {
        const resolved = next(specifier, context);
        if (specifier !== MODULE_NAME && !specifier.startsWith(`${MODULE_NAME}/`)) noteImport(importer, resolved.url);
        return resolved;
      } catch (error) {
        lastFailed = { specifier, importer: path };
        throw error;
      }
    },
  });
}

function noteImport(importer: Imports, url: string): void {
  const path = pathOf(url);
  if (path === null) return;
  if (path.includes(IN_PACKAGE)) {
    importer.packages.add(packageOf(path));
    return;
  }
  note(path);
  importer.files.add(path);
}

/** Null: no file, such as a module of Node's own. */
const pathOf = (url: string | undefined): string | null =>
  url?.startsWith("file:") ? fileURLToPath(new URL(url).href.replace(/[?#].*$/, "")) : null;

/** `NAME@VERSION` of the package that a file under node_modules belongs to. */
function packageOf(path: string): string {
  const at = path.lastIndexOf(IN_PACKAGE) + IN_PACKAGE.length;
  const [first = "", second = ""] = path.slice(at).split(sep);
  const name = first.startsWith("@") ? join(first, second) : first;
  const described = join(path.slice(0, at), name, "package.json");
  if (!existsSync(described)) return name;
  const { version } = JSON.parse(readFileSync(described, "utf8")) as { readonly version?: unknown };
  return `${name}@${String(version)}`;
}

const byText = ([a = ""]: readonly string[], [b = ""]: readonly string[]): number => (a < b ? -1 : a > b ? 1 : 0);

export const urlOf = (path: string): string => pathToFileURL(path).href;
