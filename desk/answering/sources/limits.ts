// Floor 4. The source `limits`: what the rules allow now: size, exposure, places, losses, whether entries are barred and why; and
// of one market what an entry would be, with its stop and target. Limits are never changed here.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { percent } from "#schemas/money.ts";
import { shareOf } from "#toolkits/risk/size.ts";
import { placesTaken } from "#toolkits/risk/working.ts";
import type { Desk } from "../../desk.ts";
import { type PortfolioView, viewPortfolio } from "../../documents/portfolio-view.ts";
import { accountFacts } from "./account-facts.ts";
import { entryFacts } from "./entry-facts.ts";
import { factsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { deskAt, type SourceDesk } from "./source-desk.ts";
import { type StatementId, statement } from "./statement.ts";
import { termsFacts } from "./terms-facts.ts";

export const limitsSource = (open: SourceDesk) =>
  factSource({
    id: "limits",
    description:
      "What the risk rules allow now: entry size in percent and money, exposure, places, day loss, drawdown, whether entries are barred. With `asset`: the size, stop and target an entry would get, the loss at the stop, or which rule is against it. Use it for how much to put in and for changing limits.",
    input: z.object({ asset: Asset.optional() }),
    read: async ({ asset }, run, options) => {
      const view = await viewPortfolio(deskAt(open.desk, run.nowMs), options);
      return [
        ...accountFacts(view, run),
        ...settingFacts(open.desk, run),
        ...sizeFacts(open.desk, view, run),
        ...lossFacts(open.desk),
        ...barFacts(open.desk, run),
        ...(asset === undefined ? [] : await entryFacts(open, marketOf(open, asset), view, run, options)),
        statement("limits-in-configuration", run.language),
      ];
    },
  });

/** Each with the variable that sets it. */
function settingFacts({ config: { limits }, account }: Desk, { nowMs }: SourceRun): NewFact[] {
  const { pct, count } = factsOf({ recordId: "config" });
  const taken = placesTaken(account.portfolio()).length;
  return [
    pct("limit", limits.maxExposurePct, "most exposure, percent of equity (DEEPTRADER_MAX_EXPOSURE_PCT)"),
    count("limit", limits.maxOpenPositions, "most open positions (DEEPTRADER_MAX_OPEN_POSITIONS)"),
    count("count-positions", taken, "of these places, open or on order now", { asOfMs: nowMs, recordId: "account" }),
    count("limit", limits.maxEntriesPerSlot, "most entries at one close (DEEPTRADER_MAX_ENTRIES_PER_SLOT)"),
    count(
      "limit",
      limits.maxEntriesPerCluster,
      "most positions that move together (DEEPTRADER_MAX_ENTRIES_PER_CLUSTER)",
    ),
    count("limit", limits.cooldownCandles, "candles of cooldown after an exit (DEEPTRADER_COOLDOWN_CANDLES)"),
    pct("limit", limits.maxDayLossPct, "loss of a day at which entries stop (DEEPTRADER_MAX_DAY_LOSS_PCT)"),
    pct("limit", limits.maxDrawdownPct, "drawdown at which entries stop (DEEPTRADER_MAX_DRAWDOWN_PCT)"),
  ];
}

/** Of each strategy: what one entry takes, in percent and in money now, and what protects it. */
function sizeFacts(desk: Desk, view: PortfolioView, { nowMs }: SourceRun): NewFact[] {
  return desk.hosts.flatMap(({ info }): NewFact[] => {
    const terms = desk.strategies.get(info.id) ?? null;
    if (terms === null) return [];
    const { money } = factsOf({ asOfMs: nowMs, recordId: "account", strategyId: info.id });
    const amount = percent(shareOf(view.equity, terms), terms.entryPct ?? desk.config.limits.entryPct);
    return [...termsFacts(desk, info, terms), money("size", amount, view.quote, "one entry now")];
  });
}

function lossFacts({ account }: Desk): NewFact[] {
  const { loss, settledThroughMs } = account.portfolio();
  if (loss === null) return [];
  const { pct } = factsOf({ asOfMs: loss.slotMs ?? settledThroughMs, recordId: "account" });
  return [
    pct("return", loss.dayChangePct, "change of equity since 00:00 UTC, as the day-loss limit counts it", {
      window: "1d",
    }),
    pct("drawdown", loss.drawdownPct, "drawdown from the 30-day peak", { window: "30d" }),
  ];
}

/** What stands against every entry, and that nothing does. */
export function barFacts(desk: Desk, { language }: Pick<SourceRun, "language">): NewFact[] {
  const portfolio = desk.account.portfolio();
  const { control, paused, loss } = portfolio;
  const bars: readonly (readonly [boolean, StatementId])[] = [
    [desk.haltFileExists() || control === "halted", "desk-halted"],
    [control === "paused", "desk-paused"],
    [loss?.dayLossLatched === true, "day-loss-reached"],
    [loss?.drawdownLatched === true, "drawdown-reached"],
    [placesTaken(portfolio).length >= desk.config.limits.maxOpenPositions, "all-places-taken"],
  ];
  const standing = bars.flatMap(([stands, id]) => (stands ? [statement(id, language)] : []));
  const ofOne = [...paused].map((strategy) => statement("strategy-paused", language, { strategy }));
  return standing.length + ofOne.length === 0 ? [statement("entries-open", language)] : [...standing, ...ofOne];
}
