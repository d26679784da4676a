// Floor 1. Scenarios of the simulated venue, by name: what `--scenario` takes, and what `--help` says of each. No import, so that
// --help costs nothing.

/** Alone or together; of the regimes (calm, trend, crash) one. Times are of every four hours of UTC: 00-04, 04-08 … */
export const SIM_SCENARIOS = {
  calm: "regime: a third of the usual moves, no gaps",
  trend: "regime: all markets drift 8 % away in four hours and back in the next four, up or down first by the seed",
  crash: "regime: all markets fall 25 % in the 15 minutes from 02:00 of each four hours, and climb back from 03:00",
  thin: "few trades: two minutes of three without any, a two-hundredth of the volume, wide spreads",
  gaps: "prices stand still and jump at the start of each four hours",
  delisting: "XRP/USDT is taken off the list from 02:00 of each four hours to their end",
  "token-turn": "LINK's token is found to be a honeypot from 02:00 of each four hours to their end",
  "bad-tick": "BTC/USDT: one candle, that closes at 02:00 of each four hours, at ten times the price",
  frozen: "the venue stands still from 02:00 to 03:00 of each four hours: no candle, old tickers",
  depeg: "USDT/USD is listed, and falls to 0.95 from 02:00 to 03:00 of each four hours",
} as const;

export type SimScenario = keyof typeof SIM_SCENARIOS;

const REGIMES: ReadonlySet<string> = new Set(["calm", "trend", "crash"]);
const isScenario = (name: string): name is SimScenario => Object.hasOwn(SIM_SCENARIOS, name);

/** `crash,thin` → both, in the order of the list; null: none. */
export function simScenariosOf(text: string | null): readonly SimScenario[] {
  const named = new Set(namesIn(text));
  return Object.keys(SIM_SCENARIOS).filter((name): name is SimScenario => isScenario(name) && named.has(name));
}

/** What is wrong with it, as a clause; null: nothing. */
export function simScenarioFault(text: string): string | null {
  const names = namesIn(text);
  const unknown = names.find((name) => !isScenario(name));
  if (unknown !== undefined)
    return `${JSON.stringify(unknown)} is no scenario: expected ${Object.keys(SIM_SCENARIOS).join(", ")}`;
  const regimes = names.filter((name) => REGIMES.has(name));
  return regimes.length > 1 ? `${regimes.join(" and ")} are regimes: expected one of them` : null;
}

const namesIn = (text: string | null): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
