// Floor 6. `trade --once`: settle, then one decision cycle over the current slot.
import { z } from "zod";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { ofStrategy, strategyIdsOf } from "#desk/documents/strategy-names.ts";
import { TradeReport } from "#desk/documents/trade-report.ts";
import { runSlotWithoutSleep } from "#desk/run-slot/live-slot.ts";
import { positionKey } from "#schemas/portfolio.ts";
import { isOf } from "#toolkits/portfolio/positions.ts";
import { deskCommand } from "../command.ts";
import { orderStatusText } from "../text/slot-line.ts";
import { table } from "../text/table.ts";
import { currentSlot } from "../wire.ts";
import { requireOnce } from "./once.ts";

const TradeDocument = TradeReport.extend({
  quote: z.string().describe("the settlement currency"),
  strategies: z.array(z.string()).readonly().describe("those that trade, and those that still hold something"),
});

export const tradeCommand = deskCommand({
  name: "trade",
  document: TradeDocument,
  run: "once",
  exclusive: true,
  writes: true,
  check: ({ flags }) => requireOnce("trade", flags),
  execute: async ({ desk }, _input, options) => {
    const report = await runSlotWithoutSleep(desk, currentSlot(desk), options);
    const { problem } = await desk.universe.at(desk.clock.now(), options);
    const problems = problem === null ? report.problems : [...new Set([...report.problems, problem])];
    return { ...report, problems, quote: desk.quote, strategies: strategyIdsOf(desk) };
  },
  // A cycle that judged no market did not do what it is for; of one that was done before that is known no more.
  failed: ({ decisions, repeated }) => decisions.length === 0 && !repeated,
  render: (document, style) => {
    const acted = document.decisions.filter((decision) => decision.action !== "hold");
    const holds = document.decisions.length - acted.length;
    const refused = new Map(document.refusals.map((refusal) => [positionKey(refusal), refusal]));
    const rows = table(acted, [
      { title: "market", value: (d) => `${d.symbol}${ofStrategy(d.strategyId, document.strategies)}` },
      { title: "decision", value: (d) => d.action },
      {
        title: "outcome",
        value: (d) => {
          const refusal = refused.get(positionKey(d));
          if (refusal !== undefined) return style.warn(`refused (${refusal.rule}): ${refusal.reason}`);
          const order = document.orders.find(isOf(d));
          return order === undefined ? "–" : `${order.side} ${order.quantity}, ${orderStatusText(order)}`;
        },
      },
      { title: "because", value: (d) => d.reason },
    ]);
    return [
      ...(acted.length > 0 ? [rows] : []),
      ...document.problems.map((problem) => style.bad(problem)),
      `${formatTime(document.slot)} UTC: ${acted.length} decided, ${holds} held back, ${document.refusals.length} refused; equity ${formatAmount(document.equity)} ${document.quote}${document.repeated ? " (this slot was already done; its stored result)" : ""}`,
    ].join("\n");
  },
});
