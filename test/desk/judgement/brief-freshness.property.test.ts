// A brief voids with what it cites and with what it was written under, and with nothing else: whatever happens, in whatever order,
// what the desk says of it is what a plain model of the same events says.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Desk } from "#desk/desk.ts";
import { type BriefNow, judgeBrief } from "#desk/judgement/brief-freshness.ts";
import { recallBrief } from "#desk/judgement/brief-store.ts";
import { analysisId } from "#schemas/analysis.ts";
import { BRIEF_VOID_REASONS, type Brief, type BriefVoidReason } from "#schemas/brief.ts";
import type { Quantity } from "#schemas/money.ts";
import type { Position, PositionKey } from "#schemas/portfolio.ts";
import { type MarketView, readingId, withoutReadings } from "#schemas/reading.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { openBriefDesk, QUESTION } from "./brief-desk.ts";

const STEPS = [
  "candle-inside",
  "candle-outside",
  "correction",
  "invalidate",
  "verdict",
  "opened",
  "closed",
  "signal",
  "restart",
  "time",
] as const;
type Step = (typeof STEPS)[number];

/** What a person would write down of the events, and conclude. */
interface Plain {
  nowMs: number;
  price: number;
  verdict: string;
  action: string;
  held: boolean;
  corrected: boolean;
  invalidated: boolean;
}

function concluded(plain: Plain, brief: Brief): BriefVoidReason | null {
  const [was] = brief.conditions.markets;
  if (was === undefined) throw new Error("a market's brief has its market");
  const holds: Record<BriefVoidReason, boolean> = {
    // Of a close that has a newer record the cited one is no more, whatever was taken back.
    invalidated: plain.invalidated && !plain.corrected,
    "definition-changed": false,
    "source-changed": plain.corrected,
    expired: plain.nowMs >= brief.madeAtMs + brief.horizonCandles * 300_000,
    "price-left": plain.price < (was.bounds.above ?? 0) || plain.price > (was.bounds.below ?? Number.POSITIVE_INFINITY),
    "verdict-changed": plain.verdict !== was.verdict,
    "held-changed": plain.held !== brief.conditions.held.length > 0,
    "signal-changed": was.signals.some(({ action }) => action !== plain.action),
  };
  return BRIEF_VOID_REASONS.find((reason) => holds[reason]) ?? null;
}

/** The desk with something held, as the fold would have it. */
const holding = (desk: Desk, view: MarketView, isHeld: boolean): Desk => {
  const strategyId = "mean-reversion";
  const position = { strategyId, symbol: view.symbol, quantity: "1" as Quantity, dust: false } as Position;
  const positions = new Map(isHeld ? [[`${strategyId} ${view.symbol}` as PositionKey, position]] : []);
  return { ...desk, account: { ...desk.account, portfolio: () => ({ ...desk.account.portfolio(), positions }) } };
};

async function openWritten() {
  const opened = await openBriefDesk({ thinking: { nearTriggerPct: 0.0001 } });
  await opened.asked(QUESTION, 20);
  await opened.sleepThrough(0);
  const recall = await opened.brief();
  if (recall.status !== "fresh") throw new Error("it was written just now");
  const key = { venueId: opened.desk.marketData.venueId, symbol: opened.btc, timeframe: "5m" as const };
  const view = await opened.desk.views.recall(key, { nowMs: opened.clock.now() }, patience);
  if (view.status !== "fresh") throw new Error("it was swept just now");
  return { opened, brief: recall.brief, view: view.record, key };
}

it("voids with what it cites and what it was written under, in every interleaving, and a new candle alone voids nothing", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 10 }), async (steps: Step[]) => {
      const { opened, brief, view, key } = await openWritten();
      let { desk, clock } = opened;
      const [was] = brief.conditions.markets;
      const action = view.readings[0]?.signal.action ?? "hold";
      const plain: Plain = {
        nowMs: clock.now(),
        price: view.price,
        verdict: view.security.verdict,
        action,
        held: false,
        corrected: false,
        invalidated: false,
      };
      let made = 0;
      const write = async (asOfMs: UnixMs): Promise<void> => {
        made += 1;
        const sources = { ...view.sources, candles: `${made}`.padStart(32, "0") };
        const security = {
          ...view.security,
          verdict: plain.verdict as never,
          validUntilMs: unixMs(asOfMs + 30 * DAY_MS),
        };
        const base = {
          ...withoutReadings(view),
          asOfMs,
          computedAtMs: clock.now(),
          price: plain.price,
          security,
          sources,
        };
        const record = { ...base, id: analysisId(base) };
        await desk.khala.remember(record, patience);
        const readings = view.readings.map((reading) => {
          const analyses = [{ timeframe: key.timeframe, analysisId: record.id, asOfMs }];
          const signal = { ...reading.signal, action: plain.action as never };
          const of = { ...reading, asOfMs, computedAtMs: clock.now(), analyses, signal };
          return { ...of, id: readingId(of) };
        });
        await desk.readings.rememberMany(readings, patience);
      };
      const pass = (): UnixMs => {
        clock.advanceTo(unixMs(clock.now() + 300_000));
        plain.nowMs = clock.now();
        return clock.now();
      };
      const play: Record<Step, () => Promise<void>> = {
        "candle-inside": async () => {
          plain.price = view.price * (1 + (made % 3) * 1e-6);
          await write(pass());
        },
        "candle-outside": async () => {
          plain.price = (was?.bounds.below ?? view.price) * 1.001;
          await write(pass());
        },
        correction: async () => {
          const { price } = plain;
          // Of the very close that is cited; what is newest of the market stays what it was.
          plain.corrected = true;
          await write(view.asOfMs);
          plain.price = price;
        },
        invalidate: async () => {
          plain.invalidated = true;
          await desk.khala.invalidate(key, { reason: "invalidated", detail: "by hand" }, patience);
        },
        verdict: async () => {
          plain.verdict = plain.verdict === "block" ? view.security.verdict : "block";
          await write(pass());
        },
        opened: async () => {
          plain.held = true;
        },
        closed: async () => {
          plain.held = false;
        },
        signal: async () => {
          plain.action = plain.action === "exit" ? action : "exit";
          await write(pass());
        },
        restart: async () => {
          const again = await openTestDesk({
            venue: {
              marketData: desk.marketData,
              markets: desk.markets,
              universe: NO_UNIVERSE,
              security: desk.security,
            },
            startMs: clock.now(),
            assets: 6,
            store: opened.store,
            sleepModels: async () => [],
            sleepModel: "scripted/asleep",
            thinking: { briefDayTokens: 1 },
          });
          desk = again.desk;
          clock = again.clock;
        },
        time: async () => {
          clock.advanceTo(unixMs(clock.now() + 25 * 300_000));
          plain.nowMs = clock.now();
        },
      };
      for (const step of steps) {
        await play[step]();
        const recall = await recallBrief(holding(desk, view, plain.held), brief.scope, clock.now(), patience);
        const reason = recall.status === "stale" ? recall.reason : null;
        const wanted = concluded(plain, brief);
        seen.set(reason ?? "fresh", (seen.get(reason ?? "fresh") ?? 0) + 1);
        expect([step, recall.status, reason]).toEqual([step, wanted === null ? "fresh" : "stale", wanted]);
      }
    }),
    { numRuns: 60 },
  );
  console.info(`judged: ${[...seen].map(([what, count]) => `${what} ${count}`).join(", ")}`);
  expect(seen.size).toBeGreaterThan(5);
});

const NO_UNIVERSE = { topAssets: async () => ({ assets: [], liquidity: new Map() }) };

it("is void where it, or an analysis that it cites, was made under another definition", async () => {
  const { brief } = await openWritten();
  const now: BriefNow = {
    nowMs: brief.madeAtMs,
    definitionId: "now",
    sourceOf: () => "stands",
    marketOf: ({ price, verdict, signals }) => ({ price, verdict, signals }),
    held: brief.conditions.held,
  };
  const judged = (definitionId: string, at = now) => judgeBrief({ brief, definitionId, invalidated: null }, at);
  expect(judged("now")).toEqual({ status: "fresh" });
  expect(judged("before")).toEqual({ status: "stale", reason: "definition-changed" });
  const cites = judged("now", { ...now, sourceOf: () => "other-definition" });
  expect(cites).toEqual({ status: "stale", reason: "definition-changed" });
});
