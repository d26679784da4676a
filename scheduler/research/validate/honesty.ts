// Floor 5. Whether a strategy's answers hang on anything but what it is shown: cut, scrambled and renamed futures, fresh threads and
// used ones, other markets beside it, later days first, more history. Law 3, and that a run can be repeated.
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import type { ValidationCheck } from "#schemas/validation.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";
import type { Trip } from "#toolkits/user-files/tripwires.ts";
import { type CheckId, counted, failed, guarded, notRun, passed } from "./check.ts";
import { type Difference, decisionDifference, verdictDifference } from "./compare.ts";
import { type FirstDifference, type MarketVerdicts, type Pass, passOf } from "./pass.ts";
import type { Probe } from "./probe.ts";
import { CALENDAR_MS } from "./relabel.ts";

export interface HonestyInput {
  readonly timeframe: Timeframe;
  readonly firstSlotMs: UnixMs;
  readonly lastSlotMs: UnixMs;
  readonly seed: number;
  /** A strategy that has not been asked anything: in a thread of its own. */
  readonly openProbe: () => Promise<Probe>;
}

export interface HonestyOptions extends CallOptions {
  readonly onStep: (what: string) => void;
}

export interface Honesty {
  readonly checks: readonly ValidationCheck[];
  readonly markets: readonly MarketSymbol[];
}

/** Moments at which the future is taken away. */
const MOMENTS = 4;
/** Slots that a scrambled future goes on for: the block of rows in which a moment lies, and the next. */
const SCRAMBLED_SLOTS = 450;
/** Times the history that the indicators say they need. */
const MORE_HISTORY = 3;
/** Verdicts that may differ where a value lies just at its limit: of those that act, at least so many. */
const NEAR_MISSES_RATIO = 0.02;
const NEAR_MISSES = 3;
const PARTS = 4;

const STATE =
  "Let every answer hang on what the rule is shown alone: keep nothing between calls, at the top of the file or in a closure.";
const FUTURE =
  "Look at candles that have closed: now and ago(n). What was shown of a later candle must not be kept and read at an earlier one.";

/** @throws whatever the probes throw that is not the strategy's fault */
export async function checkHonesty(input: HonestyInput, options: HonestyOptions): Promise<Honesty> {
  const { onStep } = options;
  const first = await input.openProbe();
  const trips: Trip[] = [];
  const checks: ValidationCheck[] = [];
  let whole: readonly MarketVerdicts[] | null = null;
  try {
    onStep("the future cut off");
    const cut = await cutFuture(first, input, options);
    checks.push(cut.check);
    whole = cut.whole;
    if (whole !== null) {
      onStep("another future");
      checks.push(await guarded("future-scrambled", () => scrambledFuture(first, input, cut.whole ?? [], options)));
    }
    trips.push(...(await first.trips()));
  } finally {
    await first.close();
  }
  if (whole === null)
    return {
      checks: [outsideWorld(trips), ...checks, ...unasked(FIRST_PASS, "the strategy could not be run to the end")],
      markets: [],
    };
  const second = await input.openProbe();
  try {
    checks.push(...(await used(second, input, whole, options)));
    trips.push(...(await second.trips()));
  } finally {
    await second.close();
  }
  return { checks: [outsideWorld(trips), ...checks], markets: whole.map(({ symbol }) => symbol) };
}

const FIRST_PASS: readonly CheckId[] = [
  "future-scrambled",
  "names-and-dates",
  "fresh-threads",
  "same-thread",
  "markets-apart",
  "ranges-backwards",
  "warm-up",
];

const unasked = (ids: readonly CheckId[], why: string): readonly ValidationCheck[] => ids.map((id) => notRun(id, why));

/** Shortest first: what a run has seen of the future, one with a shorter future has not. */
async function cutFuture(probe: Probe, input: HonestyInput, options: CallOptions) {
  let whole: readonly MarketVerdicts[] | null = null;
  const check = await guarded("future-cut", async () => {
    const moments = momentsOf(input);
    const shorter: (readonly MarketVerdicts[])[] = [];
    for (const lastSlotMs of moments) {
      shorter.push(await probe.verdicts(passOf({ ...rangeOf(input), lastSlotMs }), options));
    }
    const middle = moments[Math.floor(moments.length / 2)];
    const early =
      middle === undefined ? null : await probe.decisions(passOf({ ...rangeOf(input), lastSlotMs: middle }), options);
    whole = await probe.verdicts(passOf(rangeOf(input)), options);
    const later = await probe.decisions(passOf(rangeOf(input)), options);
    const seen = moments.map((ms, i) => ({
      ms,
      found: verdictDifference(whole ?? [], shorter[i] ?? [], ms - timeframeMs(input.timeframe)),
    }));
    const wrong = seen.find(({ found }) => found.differing > 0);
    if (wrong !== undefined)
      return failed(
        "future-cut",
        [
          `${differText(wrong.found)} at or before ${toIso(wrong.ms)} when nothing after it is there`,
          ...firstText(wrong.found.first),
        ],
        FUTURE,
      );
    const decided = early === null || middle === undefined ? null : decisionDifference(later, early, middle);
    if (decided !== null && decided.firstMs !== null)
      return failed(
        "future-cut",
        [
          `the backtest decides otherwise from ${toIso(decided.firstMs)} on when nothing after ${toIso(middle ?? 0)} is there`,
        ],
        FUTURE,
      );
    const rows = seen.reduce((sum, { found }) => sum + found.rows, 0);
    if (rows === 0) return notRun("future-cut", "no market was warm in this range", "Choose a longer range.");
    return passed("future-cut", [
      `${rows.toLocaleString("en-US")} closes before ${counted(moments.length, "moment")} say the same, ${acting(seen.map(({ found }) => found))} with enter or exit`,
      `${counted(decided?.decisions ?? 0, "decision")} of the backtest up to ${toIso(middle ?? 0)} are the same`,
    ]);
  });
  return { check, whole: whole as readonly MarketVerdicts[] | null };
}

async function scrambledFuture(
  probe: Probe,
  input: HonestyInput,
  whole: readonly MarketVerdicts[],
  options: CallOptions,
): Promise<ValidationCheck> {
  const stepMs = timeframeMs(input.timeframe);
  const found: Difference[] = [];
  for (const [i, afterMs] of momentsOf(input).entries()) {
    const lastSlotMs = unixMs(Math.min(input.lastSlotMs, afterMs + SCRAMBLED_SLOTS * stepMs));
    const pass = passOf({ ...rangeOf(input), lastSlotMs }, { scramble: { afterMs, seed: input.seed + i } });
    const difference = verdictDifference(whole, await probe.verdicts(pass, options), afterMs - stepMs);
    found.push(difference);
    if (difference.differing > 0)
      return failed(
        "future-scrambled",
        [
          `${differText(difference)} at or before ${toIso(afterMs)} when other candles come after it`,
          ...firstText(difference.first),
        ],
        FUTURE,
      );
  }
  if (sumOf(found, "rows") === 0)
    return notRun("future-scrambled", "no market was warm in this range", "Choose a longer range.");
  return passed("future-scrambled", [
    `${sumOf(found, "rows").toLocaleString("en-US")} closes before ${counted(found.length, "moment")} say the same, whatever comes after`,
  ]);
}

/** In a fresh thread, and then in one that has been used. */
async function used(
  probe: Probe,
  input: HonestyInput,
  whole: readonly MarketVerdicts[],
  { onStep, ...options }: HonestyOptions,
): Promise<readonly ValidationCheck[]> {
  const range = rangeOf(input);
  const markets = whole.map(({ symbol }) => symbol);
  const checks: ValidationCheck[] = [];
  const same = (id: CheckId, what: string, toDo: string, pass: () => Promise<readonly MarketVerdicts[]>) =>
    guarded(id, async () => {
      onStep(what);
      return sameOr(id, what, verdictDifference(whole, await pass(), Number.POSITIVE_INFINITY), toDo);
    });
  const ask = (change: Partial<Pass> = {}) => probe.verdicts(passOf(range, change), options);
  checks.push(await same("fresh-threads", "in a fresh thread", STATE, () => ask()));
  checks.push(
    await guarded("same-thread", async () => {
      onStep("run again");
      const again = verdictDifference(whole, await ask(), Number.POSITIVE_INFINITY);
      if (again.differing > 0) return sameOr("same-thread", "when run again in the same thread", again, STATE);
      const [one, two] = [await probe.decisions(passOf(range), options), await probe.decisions(passOf(range), options)];
      if (one.decisionsHash !== two.decisionsHash)
        return failed(
          "same-thread",
          [
            `two backtests of one thread decide otherwise: ${one.decisionsHash.slice(0, 12)}, ${two.decisionsHash.slice(0, 12)}`,
          ],
          STATE,
        );
      return passed("same-thread", [
        `${agreeText(again)}; two backtests have the decisionsHash ${one.decisionsHash.slice(0, 12)}`,
      ]);
    }),
  );
  checks.push(
    markets.length < 2
      ? notRun("markets-apart", "there is one market")
      : await same("markets-apart", "with half of the markets, in reverse order", STATE, () =>
          ask({ markets: markets.filter((_, i) => i % 2 === 0).reverse() }),
        ),
  );
  checks.push(
    await same("ranges-backwards", "with the last days first", STATE, () => backwards(probe, input, options)),
  );
  // Where it does not repeat itself, a difference says nothing of names or history.
  if (checks.some(({ id, state }) => state === "failed" && (id === "fresh-threads" || id === "same-thread")))
    return [
      ...checks,
      ...unasked(["names-and-dates", "warm-up"], "it does not say the same twice, so a difference would say nothing"),
    ];
  checks.push(await guarded("names-and-dates", async () => namesAndDates(whole, markets, ask, onStep)));
  checks.push(
    await guarded("warm-up", async () => {
      onStep("more history");
      return warmUp(await probe.history(passOf(range), MORE_HISTORY, options));
    }),
  );
  return checks;
}

/** Part after part of the range, the last first. */
async function backwards(probe: Probe, input: HonestyInput, options: CallOptions): Promise<readonly MarketVerdicts[]> {
  const stepMs = timeframeMs(input.timeframe);
  const slots = Math.floor((input.lastSlotMs - input.firstSlotMs) / stepMs) + 1;
  const each = Math.max(1, Math.ceil(slots / PARTS));
  const parts: (readonly MarketVerdicts[])[] = [];
  for (let from = Math.floor((slots - 1) / each) * each; from >= 0; from -= each) {
    const firstSlotMs = unixMs(input.firstSlotMs + from * stepMs);
    const lastSlotMs = unixMs(Math.min(input.lastSlotMs, firstSlotMs + (each - 1) * stepMs));
    parts.unshift(await probe.verdicts(passOf({ firstSlotMs, lastSlotMs }), options));
  }
  const symbols = new Set(parts.flatMap((part) => part.map(({ symbol }) => symbol)));
  return [...symbols].map((symbol) => {
    const own = parts.flatMap((part) => part.find((market) => market.symbol === symbol) ?? []);
    return {
      symbol,
      openMs: Float64Array.from(own.flatMap(({ openMs }) => [...openMs])),
      said: Float64Array.from(own.flatMap(({ said }) => [...said])),
    };
  });
}

async function namesAndDates(
  whole: readonly MarketVerdicts[],
  markets: readonly MarketSymbol[],
  ask: (change: Partial<Pass>) => Promise<readonly MarketVerdicts[]>,
  onStep: (what: string) => void,
): Promise<ValidationCheck> {
  onStep("other names and dates");
  const renamed = markets.length < 2 ? null : await ask({ relabel: { rotateNames: true, laterMs: 0 } });
  const byName = renamed === null ? null : actsDiffer(whole, renamed);
  if (byName !== null && byName.differing > 0)
    return failed(
      "names-and-dates",
      [`${differText(byName)} when the same candles bear another market's name`, ...firstText(byName.first)],
      "Choose markets in the settings (markets.include), with the universe of each day, not in the rule: who names those that did well has seen the end.",
    );
  const years = Math.round(CALENDAR_MS / DAY_MS / 365.25);
  const byDate = actsDiffer(whole, await ask({ relabel: { rotateNames: false, laterMs: -CALENDAR_MS } }));
  if (byDate.differing > 0)
    return failed(
      "names-and-dates",
      [
        `${differText(byDate)} when the same candles are dated ${years} years earlier, on the same weekdays`,
        ...firstText(byDate.first),
      ],
      "Take dates out of the rule: what happened on a date is known afterwards only. Hours and weekdays are free.",
    );
  const names = byName === null ? "one market: names were not swapped" : "names swapped";
  return passed("names-and-dates", [`${agreeText(byDate)}; ${names}, dates moved by ${years} years`]);
}

/** Reasons may name market and date. */
const actsDiffer = (was: readonly MarketVerdicts[], now: readonly MarketVerdicts[]): Difference =>
  verdictDifference(wordless(was), wordless(now), Number.POSITIVE_INFINITY);

const wordless = (markets: readonly MarketVerdicts[]): readonly MarketVerdicts[] =>
  markets.map((market) => ({ ...market, said: market.said.map((said) => said % 4) }));

function warmUp(found: Awaited<ReturnType<Probe["history"]>>): ValidationCheck {
  if (found.rows === 0)
    return notRun(
      "warm-up",
      `no market has ${MORE_HISTORY} times the history that is needed`,
      "Choose a later --from, or add candles.",
    );
  const allowed = Math.max(NEAR_MISSES, NEAR_MISSES_RATIO * found.acts);
  const [worst] = found.fields;
  const values =
    worst === undefined || worst.ratio === 0
      ? "no value differs"
      : `most of all ${worst.name}, by ${percent(worst.ratio)} of its range`;
  const seen = `${found.differing} of ${found.rows.toLocaleString("en-US")} closes differ with ${MORE_HISTORY} times the history (up to ${Math.floor(allowed)} may, at the limit of a rule); ${values}`;
  if (found.differing <= allowed) return passed("warm-up", [seen]);
  return failed(
    "warm-up",
    [seen, ...firstText(found.first)],
    `Compare ${worst?.name ?? "its values"} with values of the same window (ago), not with a fixed number; or raise \`startupCandles\`.`,
  );
}

function outsideWorld(trips: readonly Trip[]): ValidationCheck {
  const all = [...new Map(trips.map((trip) => [`${trip.what} ${trip.place}`, trip])).values()];
  if (all.length === 0)
    return passed("outside-world", [
      "no clock, chance, timer, file, network or process was touched, and no built-in changed",
    ]);
  return failed(
    "outside-world",
    all.map(({ kind, what, place }) => `${place}: ${what} (${kind})`),
    "Take them out: time is at.openMs, settings are parameters, and all that a rule may know of the market are its indicators.",
  );
}

function sameOr(id: CheckId, what: string, found: Difference, toDo: string): ValidationCheck {
  if (found.differing > 0) return failed(id, [`${differText(found)} ${what}`, ...firstText(found.first)], toDo);
  if (found.rows === 0) return notRun(id, "no market was warm in this range", "Choose a longer range.");
  return passed(id, [agreeText(found)]);
}

const agreeText = ({ rows, acts }: Difference): string =>
  `${rows.toLocaleString("en-US")} closes say the same, ${acts.toLocaleString("en-US")} with enter or exit`;

const differText = ({ rows, differing }: Difference): string =>
  `${differing.toLocaleString("en-US")} of ${rows.toLocaleString("en-US")} closes say something else`;

const firstText = (first: FirstDifference | null): readonly string[] =>
  first === null ? [] : [`first ${first.symbol}, the candle of ${toIso(first.openMs)}: ${first.was} → ${first.now}`];

const sumOf = (found: readonly Difference[], of: "rows" | "acts"): number =>
  found.reduce((sum, each) => sum + each[of], 0);
const acting = (found: readonly Difference[]): string => sumOf(found, "acts").toLocaleString("en-US");
const percent = (ratio: number): string => `${(100 * ratio).toPrecision(2)} %`;

const rangeOf = ({ firstSlotMs, lastSlotMs }: HonestyInput) => ({ firstSlotMs, lastSlotMs });

/** Spread over the range by the seed, ascending; none in a range that is too short. */
function momentsOf({ firstSlotMs, lastSlotMs, timeframe, seed }: HonestyInput): readonly UnixMs[] {
  const stepMs = timeframeMs(timeframe);
  const slots = Math.floor((lastSlotMs - firstSlotMs) / stepMs);
  const { uniform } = openStream([seed, "moments"]);
  const moments = Array.from({ length: MOMENTS }, (_, i) => Math.floor(((i + uniform()) / MOMENTS) * slots));
  return [...new Set(moments)].filter((slot) => slot < slots).map((slot) => unixMs(firstSlotMs + slot * stepMs));
}
