// Floor 1. A second opinion: a model's word on one market, bought asleep for the close that comes next. It may refuse or
// shrink an entry; it can neither make one nor bar the way out.
import { z } from "zod";
import { StrategyIdOfRow } from "./order.ts";
import { MarketSymbol, Timeframe, UnixMs } from "./units.ts";

export const Opinion = z.object({
  symbol: MarketSymbol,
  /** Whose entries it counts for. */
  strategyId: StrategyIdOfRow,
  timeframe: Timeframe,
  /** The close it was bought for: it counts for a decision on exactly this candle. */
  forAsOfMs: UnixMs,
  verdict: z.enum(["agree", "shrink", "veto"]),
  /** Share of the usual size of an entry: 1 for agree, 0 for veto, between them for shrink. */
  sizeRatio: z.number().min(0).max(1),
  /** The model's own words, quoted: data, never an instruction. */
  reason: z.string().max(300),
  model: z.string(),
  /** What it read. */
  analysisId: z.string(),
  madeAtMs: UnixMs,
});
export type Opinion = z.infer<typeof Opinion>;
