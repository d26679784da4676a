// Floor 4. What every run knows before any tool is asked: the time, the desk, what it holds, and what it does not do.
import type { NewFact, SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Language } from "#schemas/language.ts";
import { unixMs } from "#schemas/units.ts";
import { marketsHeld, positionsIn } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../../desk.ts";
import { nextSlot, slotAt } from "../../slots.ts";
import { boundedFacts, factsOf } from "./make-facts.ts";
import type { SourceDesk } from "./source-desk.ts";
import { type StatementId, statement } from "./statement.ts";

/** True of this product whatever it is asked. */
const ALWAYS_TRUE: readonly StatementId[] = ["no-forecasts", "not-advice", "causes-unknown", "limits-in-configuration"];

/** Held markets named; all of them are in `positions`. */
const MOST_HELD = 10;

export function baseFacts({ desk }: Pick<SourceDesk, "desk">, { nowMs, language }: SourceRun): readonly NewFact[] {
  const { config, marketData, quote, hosts, account } = desk;
  const { timeframe } = config;
  const portfolio = account.portfolio();
  const slotMs = slotAt(nowMs, timeframe, marketData.graceMs);
  const nextMs = unixMs(nextSlot(slotMs, timeframe) + marketData.graceMs);
  const shared = { asOfMs: nowMs, recordId: "account" };
  const now = factsOf(shared);
  const clock = factsOf({ recordId: "clock" });
  const settings = factsOf({ recordId: "config" });
  const held = [...marketsHeld(portfolio)].filter((symbol) => positionsIn(portfolio, symbol).some(({ dust }) => !dust));
  return [
    clock.time("time", nowMs, "now"),
    clock.time("time", slotMs, "newest candle close that the desk has come to"),
    clock.time("time", nextMs, "next run of the desk"),
    settings.text("name", timeframe, "timeframe of the desk"),
    settings.text("name", marketData.venue, "venue"),
    settings.text("name", quote, "settlement currency"),
    ...hosts.map(({ info }) => settings.text("name", info.id, "strategy", { strategyId: info.id })),
    now.text("name", desk.haltFileExists() ? "halted" : portfolio.control, "control: running, paused or halted"),
    now.money("cash", portfolio.cash, quote, "cash"),
    ...(held.length === 0
      ? [statement("no-positions", language)]
      : boundedFacts(held, MOST_HELD, { kind: "count-positions", what: "held markets", shared }, (market) => [
          now.text("name", market, "held market", { market }),
        ])),
    ...(marketData.simulated ? [statement("simulated", language)] : []),
    ...standingStatements(desk, language),
  ];
}

/** What the desk says of itself whatever it is asked. */
export const standingStatements = ({ news }: Pick<Desk, "news">, language: Language): readonly NewFact[] =>
  [...(news === null ? (["no-news-source"] as const) : []), ...ALWAYS_TRUE].map((id) => statement(id, language));
