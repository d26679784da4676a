// Floor 1. Which markets a desk may enter: patterns of the configuration → yes or no for a symbol.
import { z } from "zod";
import type { MarketSymbol } from "./units.ts";

const EXPECTED = "expected a pattern such as */USDT, *UP/USDT, BTC/USDT or *";

/** `BASE/QUOTE`, in which `*` is any letters and `?` is one; `*` alone is every market. */
export const MarketPattern = z.string(EXPECTED).regex(/^(\*|[^\s/]+\/[^\s/]+)$/u, EXPECTED);

const patterns = z.array(MarketPattern, 'expected a list of patterns such as ["*/USDT"]');

/** A market may be entered where one of `include` fits and none of `exclude` does; what is held may always be left. */
export const MarketPatterns = z.object({
  include: patterns.min(1, "expected at least one pattern, such as *").default(["*"]),
  exclude: patterns.default([]),
});
export type MarketPatterns = { readonly [List in keyof z.infer<typeof MarketPatterns>]: readonly string[] };

/** Capitals and small letters are the same to a pattern. */
export const isAdmitted = ({ include, exclude }: MarketPatterns, symbol: MarketSymbol): boolean =>
  include.some((pattern) => fitsPattern(pattern, symbol)) && !exclude.some((pattern) => fitsPattern(pattern, symbol));

export const fitsPattern = (pattern: string, symbol: MarketSymbol): boolean =>
  pattern === "*" || pattern === symbol || expressionOf(pattern).test(symbol);

const expressionOf = (pattern: string): RegExp => {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}$`, "iu");
};

/** The patterns as one text; empty where every market is admitted. */
export const patternsText = ({ include, exclude }: MarketPatterns): string =>
  [...include.filter((pattern) => pattern !== "*"), ...exclude.map((pattern) => `!${pattern}`)].join(" ");
