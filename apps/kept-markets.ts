// Floor 6. HOME/venues/NAME.json: the markets of an exchange as this home last heard them, so that the desk can be looked at
// while the exchange is not asked. Only a copy: it is written anew whenever the exchange lists its markets.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Market } from "#schemas/market.ts";
import { UnixMs } from "#schemas/units.ts";
import { writeWhole } from "./home-folder.ts";

const KeptMarkets = z.object({
  /** When the exchange listed them. */
  heardMs: UnixMs,
  markets: z.array(Market),
});
export type KeptMarkets = Readonly<z.infer<typeof KeptMarkets>>;

const folderOf = (home: string): string => join(home, "venues");
const pathOf = (home: string, venue: string): string => join(folderOf(home), `${encodeURIComponent(venue)}.json`);

/** Null where none are kept, or what is there cannot be read: then the exchange is to be asked. */
export async function readKeptMarkets(home: string, venue: string): Promise<KeptMarkets | null> {
  try {
    const parsed = KeptMarkets.safeParse(JSON.parse(await readFile(pathOf(home, venue), "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Makes no home where there is none. A home that takes no writes ends no command: this is a copy, and the exchange has the list. */
export async function keepMarkets(home: string, venue: string, kept: KeptMarkets): Promise<void> {
  try {
    await mkdir(folderOf(home)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    await writeWhole(pathOf(home, venue), JSON.stringify(kept));
  } catch {
    return;
  }
}
