// Floor 5. A backtest of a venue with a session calendar: it runs on the calendar's grid, without gaps, as any other; what comes out
// of it (events, account, candles) is dated with the days on which it was.
import { type Account, createAccount } from "#desk/account/account.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { inRealDays, inRealTime } from "#toolkits/market/sessions/redate.ts";
import type { SessionCalendar } from "#toolkits/market/sessions/session-calendar.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import type { RuleAt, Strategy } from "#toolkits/strategies/strategy.ts";
import type { GoneMarket } from "./backtest-gone.ts";
import { type BacktestInput, strategiesOf } from "./backtest-input.ts";

/** What a backtest tells while it runs. */
interface Told extends CallOptions {
  readonly onSlot?: (slotMs: UnixMs) => void;
  readonly onEvent?: (event: JournalEvent) => void;
  readonly onAccount?: (account: Account) => void;
}

/** What of its outcome has dates. */
interface Dated {
  readonly account: Account;
  readonly gone: readonly GoneMarket[];
  seriesOf(symbol: MarketSymbol): CandleSeries | null;
}

type Drive<Run> = (input: BacktestInput, options: Told) => Promise<Run>;

/** `input` and the run are in real time; `drive` is given the grid's. */
export async function runOverSessions<Run extends Dated>(
  drive: Drive<Run>,
  calendar: SessionCalendar,
  input: BacktestInput,
  options: Told,
): Promise<Run> {
  const { onEvent, onAccount, onSlot, ...rest } = options;
  const { venue, firstSlotMs, lastSlotMs } = input;
  // The same fold over the same events, with other dates: nothing is decided from it.
  const account = createAccount({
    quote: venue.quote,
    cash: venue.cash,
    readers: onEvent === undefined ? [] : [{ take: onEvent }],
  });
  onAccount?.(account);
  const run = await drive(
    {
      ...input,
      venue: {
        ...venue,
        hosts: strategiesOf(venue).map((strategy) => createLocalHost(seeingRealDays(strategy, calendar))),
      },
      firstSlotMs: calendar.toGrid(firstSlotMs),
      lastSlotMs: calendar.toGrid(lastSlotMs),
    },
    {
      ...rest,
      ...(onSlot === undefined ? {} : { onSlot: (slotMs) => onSlot(calendar.toReal(slotMs, "close")) }),
      onEvent: (event) => void account.append([dated(event, calendar)], options),
    },
  );
  return {
    ...run,
    account,
    gone: inRealTime(run.gone, calendar),
    seriesOf: (symbol) => {
      const series = run.seriesOf(symbol);
      return series === null ? null : inRealDays(series, calendar);
    },
  };
}

/** Between two sessions everything happens at the close of the one before, but what is filled at the next open. */
const dated = (event: JournalEvent, calendar: SessionCalendar): JournalEvent =>
  inRealTime(event, calendar, event.type === "fill" && event.fill.basis === "next-open" ? "open" : "close");

/** A strategy whose rules are told the day of the candle, not its place on the grid. */
function seeingRealDays(strategy: Strategy, calendar: SessionCalendar): Strategy {
  const views = new WeakMap<RuleAt, RuleAt>();
  const seen = (at: RuleAt): RuleAt => {
    const known = views.get(at);
    if (known !== undefined) return known;
    const view: RuleAt = {
      get now() {
        return at.now;
      },
      ago: (candles) => at.ago(candles),
      get parameters() {
        return at.parameters;
      },
      get symbol() {
        return at.symbol;
      },
      get openMs() {
        return calendar.toReal(at.openMs, "open");
      },
    };
    views.set(at, view);
    return view;
  };
  const { enter, exit, exitHeld, describe } = strategy.rule;
  return {
    ...strategy,
    rule: {
      enter: (at) => enter(seen(at)),
      exit: exit === null ? null : (at) => exit(seen(at)),
      exitHeld: exitHeld === null ? null : (at, position) => exitHeld(seen(at), inRealTime(position, calendar)),
      describe: describe === null ? null : (at) => describe(seen(at)),
    },
  };
}
