// Floor 4. Rules that hang on the position (`exitHeld`), asked at decision from the values of the reading: what they say is
// never stored, since other desks hold other positions.
import type { Candidate } from "#agents/deep-trader-manager/decide.ts";
import type { SignalRead } from "#agents/market-analyst/outcome.ts";
import { toNumber } from "#schemas/money.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Signal } from "#schemas/reading.ts";
import { type Timeframe, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import type { HeldPosition } from "#toolkits/strategies/define-strategy.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import type { HeldResult } from "#toolkits/strategies/read-market.ts";
import type { Account } from "../account/account.ts";

interface Holder {
  readonly hosts: readonly StrategyHost[];
  readonly account: Pick<Account, "portfolio">;
}

/** With all that the strategy has read. */
export interface ReadCandidate extends Candidate {
  readonly reading: SignalRead;
}

/** Candidates of positions whose strategy would leave them say exit; all others are as they were. */
export async function withHeldExits(
  { hosts, account }: Holder,
  candidates: readonly ReadCandidate[],
  options: CallOptions,
): Promise<readonly Candidate[]> {
  const portfolio = account.portfolio();
  if (portfolio.positions.size === 0) return candidates;
  const changed = new Map<Candidate, Candidate>();
  for (const host of hosts) {
    if (!host.info.hasExitHeld || host.fault !== null) continue;
    const held = candidates.flatMap((candidate) => {
      const position = heldOf(portfolio, candidate, host.info.id);
      return position === null ? [] : [{ candidate, position }];
    });
    options.signal.throwIfAborted();
    const answer = await host.readHeld(
      held.map(({ candidate: { analysis, reading }, position }) => ({
        symbol: analysis.symbol,
        asOfMs: analysis.asOfMs,
        timeframe: analysis.timeframe,
        values: reading.values,
        position: heldPosition(position, analysis.price, analysis.asOfMs, analysis.timeframe),
      })),
    );
    if (answer.status === "ended") continue;
    for (const [i, { candidate }] of held.entries()) {
      const result = answer.results[i];
      if (result)
        changed.set(candidate, {
          ...candidate,
          reading: { ...candidate.reading, signal: heldExit(result) },
        });
    }
  }
  return changed.size === 0 ? candidates : candidates.map((candidate) => changed.get(candidate) ?? candidate);
}

/** What the strategy holds of a candidate that is fresh, has enough candles, and does not leave anyway. */
function heldOf(
  portfolio: Portfolio,
  { analysis, reading, freshness }: ReadCandidate,
  strategyId: string,
): Position | null {
  if (reading.strategyId !== strategyId || freshness !== "fresh") return null;
  // As its other rules: values of a market with too many holes say nothing.
  if (reading.warmup === "insufficient" || reading.signal.action === "exit") return null;
  const position = positionOf(portfolio, { strategyId, symbol: analysis.symbol });
  return position === undefined || position.dust ? null : position;
}

/** A position as a rule sees it at a close. */
export function heldPosition(
  { averagePrice, openedAtMs }: Position,
  close: number,
  asOfMs: UnixMs,
  timeframe: Timeframe,
): HeldPosition {
  const entryPrice = toNumber(averagePrice);
  return {
    entryPrice,
    openedAtMs,
    candles: Math.max(1, Math.floor((asOfMs - openedAtMs) / timeframeMs(timeframe))),
    gainPct: (close / entryPrice - 1) * 100,
  };
}

/** What a rule on the position says of it where it leaves it. */
export const heldExit = ({ reasons, tag }: NonNullable<HeldResult>): Signal => ({
  action: "exit",
  strength: 1,
  reasons: [...reasons],
  ...(tag === undefined ? {} : { tag }),
});
