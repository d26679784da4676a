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

export class ImportedFiles {
  readonly #entry: string;
  readonly #files = new Map<string, FileState>();
  readonly #packages = new Set<string>();
  /** The last import that could not be resolved. */
  failed: FailedImport | null = null;

  /** @param entry absolute path of the file that is imported first. Watches all imports of this thread from now on. */
  constructor(entry: string) {
    this.#entry = entry;
    this.#files.set(entry, readFileState(entry));
    registerHooks({
      resolve: (specifier, context, next) => {
        const importer = pathOf(context.parentURL);
        if (importer === null || !this.#files.has(importer)) return next(specifier, context);
        return this.#note(specifier, importer, () => next(specifier, context));
      },
    });
  }

  /** Those by path, the entry among them. */
  get files(): readonly FileState[] {
    return [...this.#files.values()];
  }

  /** Of the bytes of all files by their path from the entry's folder, and of the packages: the same wherever the folder lies. */
  digest(): string {
    const folder = dirname(this.#entry);
    const named = this.files.map(({ path, digest }) => [relative(folder, path).split(sep).join("/"), digest]);
    return hashOf([named.sort(byText), [...this.#packages].sort()]);
  }

  #note<Resolved extends { readonly url: string }>(
    specifier: string,
    importer: string,
    resolve: () => Resolved,
  ): Resolved {
    let resolved: Resolved;
    try {
      resolved = resolve();
    } catch (error) {
      this.failed = { specifier, importer };
      throw error;
    }
    const path = pathOf(resolved.url);
    if (
      path === null ||
      this.#files.has(path) ||
      specifier === MODULE_NAME ||
      specifier.startsWith(`${MODULE_NAME}/`)
    ) {
      return resolved;
    }
    if (path.includes(IN_PACKAGE)) this.#packages.add(packageOf(path));
    else this.#files.set(path, readFileState(path));
    return resolved;
  }
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
