// Floor 6. The guides in docs/ that a client may read, by name. The list is closed: a name is never a path.
import { readFile } from "node:fs/promises";

const FOLDER = new URL("../../docs/", import.meta.url);

export const DOCS_PAGES = [
  ["questions", "What can be asked"],
  ["strategies", "A strategy of your own"],
  ["acting", "Acting, and what waits for a person's word"],
  ["agents", "Agents, models, and what they cost"],
  ["sleep-time", "What thinking ahead is worth"],
  ["khala", "The desk's memory"],
  ["rules", "Rules of the operator"],
  ["token-security", "Token security"],
  ["backtesting-assumptions", "What a fill assumes"],
  ["configuration", "All settings"],
] as const;

/** Null for a name that is not in the list. @throws where the package was installed without its guides */
export async function docsPage(name: string): Promise<string | null> {
  if (!DOCS_PAGES.some(([page]) => page === name)) return null;
  return readFile(new URL(`${name}.md`, FOLDER), "utf8");
}
