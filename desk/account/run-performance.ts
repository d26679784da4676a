// Floor 4. An account's run → the document of how it did. A backtest and a running desk have the same.
import { toNumber } from "#schemas/money.ts";
import type { Performance } from "#schemas/performance.ts";
import type { UnixMs } from "#schemas/units.ts";
import { performanceOf } from "#toolkits/performance/performance.ts";
import type { Account } from "./account.ts";

export interface RunOf {
  readonly account: Account;
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  /** As marked at the end, settlement currency. */
  readonly finalEquity: number;
  /** Left out: 365 days. */
  readonly periodsPerYear?: number;
}

export function runPerformance({ account, ...run }: RunOf): Performance {
  const { slots, slotsInMarket, exposureSum } = account.exposure();
  const statistics = account.statistics();
  return performanceOf({
    ...run,
    startingCash: toNumber(account.portfolio().startingCash),
    trades: statistics.trades(),
    days: account.exposure().days(),
    slots,
    slotsInMarket,
    exposureSum,
    path: statistics.drawdowns(),
  });
}
