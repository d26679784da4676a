// Floor 2, risk. The rules in the order in which they are asked, split by side: law 7 can be read off this table.
import type { RiskRule } from "#schemas/decision.ts";
import { barredByRule } from "../operator-rules/judge.ts";
import { analysisFresh, entryPrice, security, warmUp } from "./analysis.ts";
import { halt, marketFilters, position, price } from "./any-order.ts";
import { debateVeto } from "./debate.ts";
import { cash, exposure, strategyShare } from "./funds.ts";
import { alreadyOpen, cooldown, maxPositions } from "./holdings.ts";
import { dayLoss, drawdown } from "./loss.ts";
import { clusterCap, leaderShock } from "./relationships.ts";
import type { Rule } from "./rule.ts";
import {
  accountDiffers,
  blind,
  blockedByOperator,
  excludedMarket,
  lateSlot,
  marketInactive,
  pause,
  quoteCurrency,
  quotePeg,
  slotLimit,
} from "./standing.ts";

type Table = readonly (readonly [RiskRule, Rule])[];

/** Bind entries and exits alike. Nothing is added here without changing law 7. */
export const ANY_ORDER: Table = [
  ["halt", halt],
  ["price", price],
  ["market-filters", marketFilters],
  ["position", position],
];

/** Bind entries only. */
export const ENTRIES_ONLY: Table = [
  ["pause", pause],
  ["market-inactive", marketInactive],
  ["quote-currency", quoteCurrency],
  ["excluded-market", excludedMarket],
  ["blocked-by-operator", blockedByOperator],
  ["operator-rule", barredByRule],
  ["late-slot", lateSlot],
  ["blind", blind],
  ["account-differs", accountDiffers],
  ["analysis-fresh", analysisFresh],
  ["warm-up", warmUp],
  ["security", security],
  ["already-open", alreadyOpen],
  ["cooldown", cooldown],
  ["day-loss", dayLoss],
  ["drawdown", drawdown],
  ["leader-shock", leaderShock],
  ["max-positions", maxPositions],
  ["cluster-cap", clusterCap],
  ["slot-limit", slotLimit],
  ["exposure", exposure],
  ["strategy-share", strategyShare],
  ["cash", cash],
  ["quote-peg", quotePeg],
  ["entry-price", entryPrice],
  // The name of before there were debates: scripts read it.
  ["second-opinion", debateVeto],
];

/** What an entry is asked: one list, since it is walked for every proposal. */
export const OF_ENTRIES: Table = [...ANY_ORDER, ...ENTRIES_ONLY];
