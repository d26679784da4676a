// The command `stress` on a desk that has traded: against the equity that everybody is shown, the betas that were worked out asleep, and
// what it says where they are not known.
import { beforeAll, describe, expect, it } from "vitest";
import { relationshipsTopic } from "#agents/relationship-analyst/relationship-analyst.ts";
import { stressCommand } from "#apps/commands/stress.ts";
import { stressText } from "#desk/answering/views/stress.ts";
import { formatAmount } from "#desk/documents/format.ts";
import { viewPortfolio } from "#desk/documents/portfolio-view.ts";
import { type StressReport, stressReportOf } from "#desk/documents/stress-report.ts";
import { createRelationshipsKeeper } from "#desk/run-slot/relationships-keeper.ts";
import { UsageError } from "#schemas/errors.ts";
import { add, toNumber } from "#schemas/money.ts";
import { Relationships } from "#schemas/relationship.ts";
import { DAY_MS, HOUR_MS, unixMs } from "#schemas/units.ts";
import { patience, type TestDesk } from "#test/support/desk.ts";
import { openIdle, openTraded } from "../desk/answering/sources/asked-desk.ts";
import { simulatedDesk } from "./simulated-desk.ts";

const FALL = { movePct: -10, minutes: 60, gapPct: 0 };
let test: TestDesk;
let report: StressReport;

beforeAll(async () => {
  test = await openTraded();
  report = await stressReportOf(test.desk, FALL, patience);
  expect(report.positions.length).toBeGreaterThan(6);
});

const textOf = (document: object): string =>
  stressCommand.render({ ...document, simulated: true }, { bold: same, dim: same, warn: same } as never);
const same = (text: string): string => text;

/** The same desk as a second process opens it: it has kept nothing in memory. */
const openedAnew = (atMs: number = test.desk.clock.now()) => ({
  ...test.desk,
  relationships: createRelationshipsKeeper(),
  clock: { ...test.desk.clock, now: () => unixMs(atMs) },
});

describe("the stress book of a desk", () => {
  it("begins at the equity that is shown, and ends at it plus what every position loses", async () => {
    const view = await viewPortfolio(test.desk, patience);
    expect(report.equity).toBe(view.equity);
    expect(report.total.equityAfter).toBe(add<string>(view.equity, report.total.change));
    const sum = report.positions.reduce<string>((total, { change }) => add(total, change), "0");
    expect(sum).toBe(report.total.change);
    // Stops are 0.4 % away there: a fall of 10 % passes those of all that go with the leader.
    expect(report.total.stopsHit).toBeGreaterThan(3);
  });

  it("moves each market by the beta that was worked out asleep of the newest hour, and says of how many returns", () => {
    const related = test.desk.relationships.current(test.desk.clock.now());
    expect(report.leader).toBe(related?.leader);
    expect(report.betas).toEqual({ asOfMs: related?.hourMs, timeframe: "5m", markets: related?.betas?.length });
    for (const { symbol, beta, betaRows, movePct } of report.positions) {
      expect(related?.betas).toContainEqual({ symbol, beta, rows: betaRows });
      expect(movePct).toBeCloseTo((0.9 ** (beta ?? Number.NaN) - 1) * 100, 9);
    }
  });

  it("says the same from the store alone, with no desk running", async () => {
    expect(await stressReportOf(openedAnew(), FALL, patience)).toEqual(report);
  });

  it("knows no beta of more than a day ago, and says so, moving all as the leader", async () => {
    const hourMs = report.betas?.asOfMs ?? 0;
    const late = await stressReportOf(openedAnew(hourMs + DAY_MS), FALL, patience);
    expect(late.betas?.asOfMs).toBe(hourMs);
    const tooLate = await stressReportOf(openedAnew(hourMs + DAY_MS + 1), FALL, patience);
    expect(tooLate).toMatchObject({ betas: null, leader: null });
    for (const position of tooLate.positions) expect(position).toMatchObject({ beta: null, betaRows: null });
    expect(textOf(tooLate)).toMatch(/beta not known of any market .* moved 1:1 with the leader as an assumption/);
  });

  it("names the markets whose beta is not known, beside those that are", async () => {
    const kept = Relationships.parse(test.desk.relationships.current(test.desk.clock.now()));
    const missing = report.positions[0]?.symbol;
    const keeper = createRelationshipsKeeper();
    keeper.keep({ ...kept, betas: kept.betas?.filter(({ symbol }) => symbol !== missing) }, true);
    const partly = await stressReportOf({ ...test.desk, relationships: keeper }, FALL, patience);
    expect(partly.positions.find(({ symbol }) => symbol === missing)).toMatchObject({
      beta: null,
      movePct: expect.closeTo(-10, 9),
    });
    expect(textOf(partly)).toContain(`beta not known, moved 1:1 with the leader as an assumption: ${missing}\n`);
    expect(textOf(report)).not.toContain("not known");
  });

  it("is dated by the digest that Khala keeps of the hour", async () => {
    const { desk } = test;
    const range = { topic: relationshipsTopic("5m", desk.marketData.venueId), nowMs: desk.clock.now(), limit: 1 };
    const [stored] = await desk.topics.history("digest", range, patience);
    expect(stored?.record.body).toMatchObject({ hourMs: report.betas?.asOfMs });
    expect(desk.clock.now() - (report.betas?.asOfMs ?? 0)).toBeLessThan(HOUR_MS);
  });

  it("costs more where it all comes as one gap, and says which limits would stop entries", async () => {
    expect(toNumber(report.atOnce.change)).toBeLessThan(toNumber(report.total.change));
    const deep = await stressReportOf(test.desk, { ...FALL, movePct: -60, gapPct: -60 }, patience);
    expect(deep.total).toEqual(deep.atOnce);
    expect(deep.dayLoss).toMatchObject({ latched: true, wasLatched: false });
    expect(deep.dayLoss.pct).toBeGreaterThan(deep.dayLoss.limitPct);
    expect(textOf(deep)).toMatch(/after it: day loss .* entries would be stopped until 00:00 UTC/);
    const small = await stressReportOf(test.desk, { ...FALL, movePct: -0.01 }, patience);
    expect(small.dayLoss.latched).toBe(false);
  });

  it("changes nothing: orders, positions and latches are as before", async () => {
    const before = test.desk.account.portfolio();
    await stressReportOf(test.desk, FALL, patience);
    expect(test.desk.account.portfolio()).toBe(before);
    expect(await stressReportOf(test.desk, FALL, patience)).toEqual(report);
  });

  const answerTo = async (shock: typeof FALL, symbol: StressReport["leader"] = null) =>
    (await stressText(test.desk, { symbol, nowMs: test.desk.clock.now(), shock }, patience)).text;

  it("is what a question is answered from: the sum, the stops at their prices, the gap, the latch and the betas", async () => {
    const text = await answerTo(FALL);
    const amount = (money: string): string => formatAmount(money.replace("-", ""));
    expect(text).toMatch(
      new RegExp(`^If ${report.leader} falls 10 % in 60 min: −${amount(report.total.change)} USDT, `),
    );
    expect(text).toContain(`${report.total.stopsHit} of ${report.positions.length} positions are stopped out, `);
    expect(text).toContain(`As one gap, jumping past the stops: −${amount(report.atOnce.change)} USDT, `);
    const [worst] = report.positions;
    const [fill] = worst?.fills ?? [];
    expect(text).toContain(
      `\n${worst?.symbol} ${worst?.quantity}: stop sells at ${formatAmount(fill?.price ?? "")} by minute ${fill?.minute}, −${amount(worst?.change ?? "")} USDT.`,
    );
    expect(text).toContain("Each market is moved by its beta of ");
    expect(text.endsWith("A scenario, not a forecast.")).toBe(true);
    expect(await answerTo({ ...FALL, movePct: -60, gapPct: -60 })).toContain(
      "Entries would stop until 00:00 UTC: the day loss passes ",
    );
  });

  it("moves a market that does not lead alone: how others follow it is not known", async () => {
    const other = report.positions.find(({ symbol }) => symbol !== report.leader)?.symbol ?? null;
    const alone = await stressReportOf(test.desk, FALL, patience, other);
    expect(alone.leader).toBe(other);
    for (const { symbol, movePct, change, fills } of alone.positions) {
      if (symbol === other) expect(movePct).toBeCloseTo(-10, 9);
      else expect(movePct).toBe(0);
      // A price that is at its stop already needs no move.
      if (symbol !== other && fills.length === 0) expect(change).toBe("0");
    }
    expect(await answerTo(FALL, other)).toContain(`Only ${other} is moved: `);
    expect(await stressReportOf(test.desk, FALL, patience, report.leader)).toEqual(report);
  });

  it("says that nothing is held", async () => {
    const idle = await openIdle();
    const none = await stressReportOf(idle.desk, FALL, patience);
    expect(none).toMatchObject({ positions: [], total: { change: "0", stopsHit: 0 }, betas: null });
    expect(textOf(none)).toContain("nothing is held");
  });
});

describe("`stress`", () => {
  it("shows beta, move, stop, minute, price and loss of each position, the worst first", () => {
    const text = textOf(report);
    const [first] = report.positions;
    expect(text).toMatch(/If \w+\/USDT moves −10\.00 % in 60 min: −/);
    expect(text).toMatch(new RegExp(`${first?.symbol} .*stop at [\\d.,]+ by minute \\d+ .*−`));
    expect(text.indexOf(first?.symbol ?? "?")).toBeLessThan(text.indexOf(report.positions[1]?.symbol ?? "?"));
    expect(text).toContain("SIMULATED");
  });

  it("takes a move, minutes and a gap, and 10 % in an hour by itself", async () => {
    const { run } = await simulatedDesk();
    expect((await run<StressReport>(stressCommand)).document.shock).toEqual(FALL);
    const given = { leaderMove: "-20", minutes: "15", gap: "-5" };
    expect((await run<StressReport>(stressCommand, given)).document.shock).toEqual({
      ...{ movePct: -20, minutes: 15, gapPct: -5 },
    });
  });

  it("refuses what is no shock, before anything is read", () => {
    for (const flags of [
      { leaderMove: "much" },
      { leaderMove: "0" },
      { leaderMove: "-100" },
      { leaderMove: "-10", gap: "-11" },
      { gap: "2" },
      { minutes: "0" },
      { minutes: "1441" },
      { leaderMove: "" },
    ])
      expect(() => stressCommand.check?.({ args: [], flags }), JSON.stringify(flags)).toThrow(UsageError);
  });
});
