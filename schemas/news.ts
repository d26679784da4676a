// Floor 1. News: what a feed said, when it said so, and when this desk saw it. The title is a stranger's text.
import { z } from "zod";
import { UnixMs } from "./units.ts";

/** What an exchange announces. `other`: none of these, or it cannot be told. */
export const NewsKind = z.enum(["delisting", "listing", "maintenance", "other"]);
export type NewsKind = z.infer<typeof NewsKind>;

/** Longest title that is kept, in characters. */
export const MOST_TITLE = 200;
/** Coins that one title names, at most. */
export const MOST_NAMED = 40;

/** What a title names. */
export const NamedCoin = z.object({
  ticker: z.string().min(1).max(40).describe("in capitals, as the title has it"),
  coinId: z.string().nullable().describe("the ranking's id; null: no coin of this desk, or it cannot be told which"),
});
export type NamedCoin = Readonly<z.infer<typeof NamedCoin>>;

/** One item as it was seen. An edited one is another version under the same id, seen later. */
export const NewsItem = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{24}$/)
    .describe("of the feed's host and its own name of the item"),
  source: z.string().min(1).max(100).describe("host of the feed"),
  kind: NewsKind,
  title: z
    .string()
    .min(1)
    .max(2 * (MOST_TITLE + 1))
    .describe("of a stranger, one line: shown in quotes only"),
  link: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullable()
    .describe("null: none that is http or https"),
  publishedAtMs: UnixMs.nullable().describe("as the feed says; null: it does not, or not in which zone"),
  seenAtMs: UnixMs,
  assets: z.array(NamedCoin).max(MOST_NAMED),
});
export type NewsItem = Readonly<z.infer<typeof NewsItem>>;

/** From when on an item is there: never before it was seen, nor before the moment it gives for itself (law 3). */
export const visibleFrom = ({ seenAtMs, publishedAtMs }: Pick<NewsItem, "seenAtMs" | "publishedAtMs">): number =>
  Math.max(seenAtMs, publishedAtMs ?? seenAtMs);
