import { Gauge, Registry } from "prom-client";
import { beforeAll, describe, expect, it } from "vitest";
import { SIMULATED_PREFIX, textOf } from "#apps/metrics/exposition.ts";
import { LIVE_ROWS } from "#apps/metrics/live-rows.ts";
import { FIGURE_ROWS } from "#apps/metrics/open-metrics.ts";
import { metricsRoutes } from "#apps/metrics/routes.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import { StoreError, VenuePausedError } from "#schemas/errors.ts";
import { ledgerEntry, NO_WORK } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { type ReadMetric, readPrometheus } from "./prometheus-text.ts";
import { watchedDesk } from "./watched-desk.ts";

type Watched = Awaited<ReturnType<typeof watchedDesk>>;
type Read = ReadonlyMap<string, ReadMetric>;

const NO_INPUT = { args: [], flags: {} };

/** Samples of a metric by one of its labels. */
const by = (read: Read, name: string, label: string): Readonly<Record<string, number>> =>
  Object.fromEntries(read.get(name)?.samples.map(({ labels, value }) => [labels[label] ?? "", value]) ?? []);
const value = (read: Read, name: string): number | null => {
  const samples = read.get(name)?.samples ?? [];
  expect(samples.length, name).toBeLessThan(2);
  return samples[0]?.value ?? null;
};

describe("metrics of a desk that has traded", () => {
  let desk: Watched;
  let report: ReportDocument;
  let read: Read;

  beforeAll(async () => {
    desk = await watchedDesk({ strategies: [eager], assets: 30 });
    for (let slot = 0; slot < 24; slot++) await desk.tick(slot);
    await desk.desk.ledger.record(
      ledgerEntry({
        atMs: desk.desk.clock.now(),
        phase: "test-time",
        job: "question",
        paths: { recalled: 1 },
        kinds: { price: 1 },
        work: { ...NO_WORK, modelCalls: 2, inputTokens: 300, outputTokens: 40 },
        durationMs: 30,
      }),
      patience,
    );
    report = (await desk.door.run("report", NO_INPUT)) as ReportDocument;
    read = readPrometheus(await desk.metrics.scrape());
  });

  it("has every figure of the account as `report` has it", () => {
    const { account, leftOut, journal } = report;
    expect(account.metrics?.fills).toBeGreaterThan(10);
    const figures = {
      deeptrader_equity: Number(account.equity),
      deeptrader_cash: Number(account.cash),
      deeptrader_starting_cash: Number(account.startingCash),
      deeptrader_allotted: Number(account.allotted),
      deeptrader_value_at_old_prices: Number(account.valueAtOldPrices),
      deeptrader_return_ratio: (account.metrics?.totalReturnPct ?? Number.NaN) / 100,
      deeptrader_buy_and_hold_ratio: (account.metrics?.buyAndHoldPct ?? Number.NaN) / 100,
      deeptrader_drawdown_ratio: (account.drawdownPct ?? Number.NaN) / 100,
      deeptrader_max_drawdown_ratio: (account.metrics?.maxDrawdownPct ?? Number.NaN) / 100,
      deeptrader_fees_paid_total: Number(account.metrics?.feesPaid),
      deeptrader_fills_total: account.metrics?.fills,
      deeptrader_decisions_total: leftOut.refusals.of,
      deeptrader_analyses_served_total: report.served,
      deeptrader_work_units_saved: report.savedUnits,
      deeptrader_prepared_unused: report.preparedUnusedAtLeast,
      deeptrader_budget_work_units: report.budgetToday.units,
      deeptrader_budget_work_units_spent: report.budgetToday.unitsSpent,
      deeptrader_quarantined: report.quarantined.length,
    };
    for (const [name, figure] of Object.entries(figures)) expect(value(read, name), name).toBe(figure);
    expect(by(read, "deeptrader_refusals_total", "rule")).toEqual(leftOut.refusals.byRule);
    expect(Object.keys(leftOut.refusals.byRule).length).toBeGreaterThan(0);
    expect(by(read, "deeptrader_orders", "status")).toEqual(journal.ordersByStatus);
    expect(by(read, "deeptrader_alerts_total", "kind")).toEqual(journal.alertsByKind);
    const trades = account.byStrategy.map(({ name, trades, won, pnl }) => [name, trades, won, Number(pnl)]);
    expect(trades.length).toBeGreaterThan(0);
    for (const [name, closed, won, pnl] of trades) {
      expect(by(read, "deeptrader_trades_closed_total", "strategy")[String(name)]).toBe(closed);
      expect(by(read, "deeptrader_trades_won_total", "strategy")[String(name)]).toBe(won);
      expect(by(read, "deeptrader_realised_profit", "strategy")[String(name)]).toBe(pnl);
    }
  });

  it("has every figure of the ledger as `report` has it", () => {
    expect(by(read, "deeptrader_asked_total", "path")).toEqual(report.paths);
    expect(by(read, "deeptrader_questions_total", "kind")).toEqual({ price: 1 });
    expect(by(read, "deeptrader_misses_total", "reason")).toEqual(report.misses);
    expect(by(read, "deeptrader_analyses_made_total", "phase")).toEqual(report.made);
    expect(by(read, "deeptrader_work_units_total", "task")).toEqual(report.unitsByJob);
    expect(by(read, "deeptrader_analyses_wasted", "bound")).toEqual({
      least: report.wasteAtLeast,
      most: report.wasteAtMost,
    });
    expect(by(read, "deeptrader_model_calls_total", "task")).toEqual({ question: 2 });
    expect(by(read, "deeptrader_model_tokens_total", "direction")).toEqual({ in: 300, out: 40 });
    expect(by(read, "deeptrader_budget_tokens_spent", "kind")).toMatchObject({ question: 340, brief: 0 });
    const { paths } = report;
    const all = Object.values(paths).reduce((sum, n) => sum + n, 0);
    expect(value(read, "deeptrader_hit_ratio")).toBe((paths["recalled"] ?? 0) / all);
  });

  it("has the desk's state as `status`, `positions` and `memory list` have it", async () => {
    const status = (await desk.door.run("status", NO_INPUT)) as Record<string, never>;
    const positions = (await desk.door.run("positions", NO_INPUT)) as {
      positions: { symbol: string; value: string }[];
    };
    expect(value(read, "deeptrader_exposure_ratio")).toBe(Number(status["exposurePct"]) / 100);
    expect(value(read, "deeptrader_day_change_ratio")).toBe(Number(status["dayChangePct"]) / 100);
    expect(by(read, "deeptrader_open_positions", "strategy")).toEqual({ eager: status["openPositions"] });
    expect(by(read, "deeptrader_position_value", "symbol")).toEqual(
      Object.fromEntries(positions.positions.map((p) => [p.symbol, Number(p.value)])),
    );
    expect(by(read, "deeptrader_control_state", "state")).toEqual({ running: 1, paused: 0, halted: 0 });
    expect(by(read, "deeptrader_analyses", "status")).toMatchObject({
      fresh: status["fresh"],
      stale: Number(status["analyses"]) - Number(status["fresh"]),
      missing: 0,
    });
    expect(by(read, "deeptrader_last_slot_timestamp_seconds", "task")["decision-cycle"]).toBe(
      Number(status["lastDecisionSlot"]) / 1000,
    );
  });

  it("says that it is simulated, in a metric, in every help and in the first line", async () => {
    expect(value(read, "deeptrader_simulated")).toBe(1);
    expect(await desk.metrics.scrape()).toMatch(/^# SIMULATED – invented prices\.\n/);
    for (const { name } of FIGURE_ROWS) expect(read.get(name)?.help).toMatch(SIMULATED_PREFIX);
    expect(read.get("deeptrader_info")?.samples[0]?.labels).toMatchObject({
      venue: "sim",
      desk: "main",
      store: "memory",
    });
  });

  it("tells every metric of its tables, and times what it has seen", () => {
    for (const { name, type } of [...FIGURE_ROWS, ...Object.values(LIVE_ROWS)])
      expect(read.get(name)?.type, name).toBe(type);
    const count = (name: string) => read.get(name)?.samples.find((sample) => sample.name === `${name}_count`)?.value;
    expect(count("deeptrader_slot_duration_seconds")).toBe(24);
    expect(count("deeptrader_question_duration_seconds")).toBe(1);
    const calls = read.get("deeptrader_venue_calls_total")?.samples.find(({ labels }) => labels["verb"] === "candles");
    expect(calls).toMatchObject({ labels: { port: "marketData", outcome: "ok" } });
    expect(calls?.value).toBeGreaterThan(24 * 30);
    expect(value(read, "deeptrader_slots_missed_total")).toBe(0);
    expect(read.get("process_cpu_seconds_total")?.samples).toHaveLength(1);
  });

  it("has every figure again after a restart, but for what it has seen since its start", async () => {
    const again = await watchedDesk({ strategies: [eager], assets: 30, store: desk.store });
    again.clock.advanceTo(desk.clock.now());
    const restarted = readPrometheus(await again.metrics.scrape());
    for (const { name, type } of FIGURE_ROWS)
      if (type === "counter") expect(restarted.get(name)?.samples, name).toEqual(read.get(name)?.samples);
    expect(value(restarted, "deeptrader_slots_missed_total")).toBe(0);
    expect(restarted.get("deeptrader_job_duration_seconds")?.samples).toEqual([]);
  });
});

describe("a scrape", () => {
  it("of a desk that has done nothing says of what is not known nothing, and never NaN", async () => {
    const { metrics } = await watchedDesk();
    const text = await metrics.scrape();
    const read = readPrometheus(text);
    expect(read.get("deeptrader_hit_ratio")?.samples).toEqual([]);
    expect(read.get("deeptrader_return_ratio")?.samples).toEqual([]);
    expect(read.get("deeptrader_venue_paused_until_timestamp_seconds")?.samples).toEqual([]);
    expect(text).not.toMatch(/ nan$/im);
  });

  it("reads the documents anew when something has happened, and else not before they are old", async () => {
    const { door, metrics, tick, pass } = await watchedDesk();
    const asked: string[] = [];
    const run = door.run.bind(door);
    Object.assign(door, {
      run: (command: string, ...rest: [never]) => {
        asked.push(command);
        return run(command, ...rest);
      },
    });
    await tick(0);
    await Promise.all([metrics.scrape(), metrics.scrape()]);
    expect(asked).toEqual(["report", "status", "positions", "memory list"]);
    pass(19_000);
    await metrics.scrape();
    expect(asked).toHaveLength(4);
    pass(2_000);
    await metrics.scrape();
    expect(asked).toHaveLength(8);
    await tick(1);
    const text = await metrics.scrape();
    expect(asked).toHaveLength(12);
    expect(value(readPrometheus(text), "deeptrader_slots_missed_total")).toBe(0);
  });

  it("waits for no slot, and reads nothing while one is under way", async () => {
    const { metrics, exclusively, tick, feed, door } = await watchedDesk();
    await tick(0);
    await metrics.scrape();
    const asked: string[] = [];
    Object.assign(door, { run: async (command: string) => asked.push(command) });
    const slot = Promise.withResolvers<void>();
    const ended = exclusively.add(() => slot.promise);
    feed.thought();
    expect(readPrometheus(await metrics.scrape()).get("deeptrader_equity")?.samples).toHaveLength(1);
    expect(asked).toEqual([]);
    slot.resolve();
    await ended;
  });

  it("counts closes that no slot was run for", async () => {
    const { metrics, tick } = await watchedDesk();
    await tick(0);
    await tick(1);
    await tick(5);
    expect(value(readPrometheus(await metrics.scrape()), "deeptrader_slots_missed_total")).toBe(3);
  });

  it("counts failures by class, tries again and rests that the exchange asked for", async () => {
    const { metrics, observers } = await watchedDesk();
    const call = { port: "marketData", verb: "candles" } as const;
    const fails = async (error: unknown): Promise<void> => {
      const open = observers.began(call);
      open.retried();
      open.retried();
      open.ended(error);
      open.ended(null);
    };
    await fails(new VenuePausedError({ untilMs: 1_700_000_000_000, was: "binance asked for rest." }));
    await fails(new DOMException("it was over", "AbortError"));
    observers.began({ port: "model", verb: "custom/m1" }).ended(new TypeError("a key sk-1 in a text"));
    const text = await metrics.scrape();
    const read = readPrometheus(text);
    expect(by(read, "deeptrader_venue_errors_total", "error")).toEqual({ VenuePausedError: 1 });
    expect(by(read, "deeptrader_venue_calls_total", "outcome")).toMatchObject({ error: 1, aborted: 1 });
    expect(value(read, "deeptrader_venue_retries_total")).toBe(4);
    expect(value(read, "deeptrader_venue_paused_until_timestamp_seconds")).toBe(1_700_000_000);
    expect(by(read, "deeptrader_model_failures_total", "error")).toEqual({ TypeError: 1 });
    expect(text).not.toContain("sk-1");
  });

  it("is text that a label's value cannot break out of", async () => {
    const { metrics, observers } = await watchedDesk();
    const verb = 'a"} 1\nevil{x="\\';
    observers.began({ port: "model", verb }).ended(null);
    const read = readPrometheus(await metrics.scrape());
    expect(read.get("deeptrader_model_call_duration_seconds")?.samples[0]?.labels["model"]).toBe(verb);
    expect(read.has("evil")).toBe(false);
  });

  it("answers over HTTP as Prometheus expects it, and 503 where the store does not answer", async () => {
    const { metrics } = await watchedDesk();
    const answer = await metricsRoutes(metrics).request("/metrics");
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    readPrometheus(await answer.text());
    const down = metricsRoutes({ scrape: () => Promise.reject(new StoreError({ was: "gone secret.", remedy: "" })) });
    const refused = await down.request("/metrics");
    expect(refused.status).toBe(503);
    expect(await refused.text()).not.toContain("secret");
  });
});

it("leaves out a sample that is no number, and the metric stays", async () => {
  const registry = new Registry();
  new Gauge({ name: "broken", help: "its text may end with nan", registers: [registry] }).set(Number.NaN);
  new Gauge({ name: "whole", help: "h", registers: [registry] }).set(1);
  const read = readPrometheus(await textOf(registry));
  expect([read.get("broken")?.samples, value(read, "whole")]).toEqual([[], 1]);
});
