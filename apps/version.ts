// Floor 6. Which DeepTrader this is, from its package.json.
import { readFileSync } from "node:fs";
import { z } from "zod";

export const VERSION: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))).version;
