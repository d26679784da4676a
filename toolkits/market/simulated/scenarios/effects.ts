// Floor 2. Names of scenarios → what they change of the default simulation, one question each. What a scenario does not change
// is as it is without it.
import type { SimScenario } from "#schemas/sim-scenario.ts";
import { HOUR_MS, type MarketSymbol, type UnixMs } from "#schemas/units.ts";
import type { Climate } from "../price-days.ts";
import { openStream } from "../random.ts";
import { isSecondHalf, isThirdHour, phaseMs } from "./phase.ts";
import { crashFactor, type PriceFactor, trendFactor } from "./price-factor.ts";

/** Of the larger markets, so that a desk of few assets meets them. */
const DELISTED = "XRP/USDT";
const TURNED = "LINK/USDT";
const MISPRICED = "BTC/USDT";
const MISPRICED_BY = 10;

export interface ScenarioEffects {
  readonly climate: Climate;
  readonly factor: PriceFactor | null;
  /** True where prices stand still between jumps. */
  readonly jumps: boolean;
  readonly volumeRatio: number;
  readonly spreadRatio: number;
  /** By how much the candle that closes then is wrong; 1: it is right. */
  mispricedBy(symbol: MarketSymbol, closeMs: number): number;
  /** The venue stands still. */
  isFrozen(atMs: number): boolean;
  isListed(symbol: MarketSymbol, atMs: number): boolean;
  /** Minutes of a day, from 00:00 UTC, in which a market has no candle; null: it has all of them. */
  absentMinutes(symbol: MarketSymbol, dayStartMs: number): Uint8Array | null;
  /** A token that was sound, and is not any more. */
  isTurned(symbol: MarketSymbol, atMs: UnixMs): boolean;
  readonly depegs: boolean;
}

const MINUTES = 1440;
const MINUTE = 60_000;
const QUIET_SHARE = 2 / 3;

export function effectsOf(seed: number, scenarios: readonly SimScenario[]): ScenarioEffects {
  const on = (name: SimScenario): boolean => scenarios.includes(name);
  const isFrozen = (atMs: number): boolean => on("frozen") && isThirdHour(atMs);
  const isListed = (symbol: MarketSymbol, atMs: number): boolean =>
    !(on("delisting") && symbol === DELISTED && isSecondHalf(atMs));
  return {
    climate: on("calm") ? { volatility: 1 / 3, hasGaps: false } : { volatility: 1, hasGaps: true },
    factor: on("crash") ? crashFactor : on("trend") ? trendFactor(seed) : null,
    jumps: on("gaps"),
    volumeRatio: on("thin") ? 1 / 200 : 1,
    spreadRatio: on("thin") ? 20 : 1,
    mispricedBy: (symbol, closeMs) =>
      on("bad-tick") && symbol === MISPRICED && phaseMs(closeMs) === 2 * HOUR_MS ? MISPRICED_BY : 1,
    isFrozen,
    isListed,
    absentMinutes: (symbol, dayStartMs) => {
      if (!on("thin") && !on("frozen") && !on("delisting")) return null;
      const stream = on("thin") ? openStream([seed, symbol, "quiet", dayStartMs]) : null;
      return Uint8Array.from({ length: MINUTES }, (_, minute) => {
        const atMs = dayStartMs + minute * MINUTE;
        const isQuiet = stream !== null && stream.uniform() < QUIET_SHARE;
        return isQuiet || isFrozen(atMs) || !isListed(symbol, atMs) ? 1 : 0;
      });
    },
    isTurned: (symbol, atMs) => on("token-turn") && symbol === TURNED && isSecondHalf(atMs),
    depegs: on("depeg"),
  };
}
