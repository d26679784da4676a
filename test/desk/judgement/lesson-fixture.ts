// A desk with dated lessons in its store, for tests of what is made of them.
import { Lesson } from "#schemas/lesson.ts";
import type { Money } from "#schemas/money.ts";
import { DAY_MS, type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { marketOf } from "./debate-trial.ts";
import { linesOf } from "./scripted-text.ts";

/** A Monday, 00:00 UTC. */
export const MONDAY_MS = unixMs(Date.UTC(2024, 0, 8));
export const ETH = "ETH/USDT" as MarketSymbol;
export const BTC = "BTC/USDT" as MarketSymbol;

export const tradeIdOf = (n: number): string => n.toString(16).padStart(32, "0");

export function aLesson(n: number, change: Partial<Lesson> = {}): Lesson {
  const closedAtMs = unixMs(MONDAY_MS - DAY_MS + n * 60_000);
  return Lesson.parse({
    tradeId: tradeIdOf(n),
    runId: "live",
    symbol: n % 2 === 0 ? ETH : BTC,
    strategyId: "mean-reversion",
    timeframe: "5m",
    openedAtMs: closedAtMs - 3_600_000,
    closedAtMs,
    expected: { strength: 0.4, reason: "RSI 22.00 is under 30", planId: null, debate: null, briefId: null },
    came: { exitRole: "stop-loss", pnl: "-1.5" as Money, returnPct: -1.5, heldMs: 3_600_000, rMultiple: -0.5 },
    ...change,
  });
}

export const openLessonDesk = (parts: Partial<TestDeskParts> = {}): Promise<TestDesk> =>
  openTestDesk({
    venue: marketOf(1, 4),
    startMs: MONDAY_MS,
    sleepModel: "scripted/asleep",
    thinking: { lessonWeekTokens: 100_000 },
    ...parts,
  });

export async function remember({ desk }: TestDesk, lessons: readonly Lesson[]): Promise<void> {
  for (const body of lessons) {
    const validUntilMs = unixMs(body.closedAtMs + 36_500 * DAY_MS);
    const draft = { kind: "lesson", topic: body.tradeId, body, sources: [], validUntilMs } as const;
    await desk.topics.remember(draft, { nowMs: body.closedAtMs }, patience);
  }
}

export const weekLater = (atMs: UnixMs): UnixMs => unixMs(atMs + 7 * DAY_MS);

/** Short ids of the trades and earlier lessons in a message. */
export const idsOf = (user: string): readonly string[] =>
  [...user.matchAll(/^([lk]\d+): /gm)].map(([, id]) => id ?? "");

/** `count` lessons, each about one trade of the message. */
export function condenser(user: string, count = 3): string {
  const result = linesOf(user).find(({ label }) => label.startsWith("mean result"));
  const ids = idsOf(user).filter((id) => id.startsWith("l"));
  const earlier = idsOf(user).filter((id) => id.startsWith("k"));
  const lessons = Array.from({ length: count }, (_, at) => ({
    text: `The mean result is {{${result?.id}}}.`,
    symbol: null,
    strategyId: at === 0 ? "mean-reversion" : null,
    restsOn: at === 0 ? [...ids.slice(0, 5), ...earlier.slice(0, 1)] : [ids[at % ids.length]],
  }));
  return JSON.stringify({ lessons });
}
