// Floor 3. The analyst without a provider: call the tool once, then one paragraph from its result.
import { z } from "zod";
import { CURRENCY } from "#schemas/units.ts";
import type { Rule } from "../models/rule-model.ts";
import { AnalystReport } from "./tools.ts";

const JOB = new RegExp(`(?<=^|\\s)(${CURRENCY}/${CURRENCY}) at (1m|5m|15m|1h|4h|1d)\\b`, "u");

const callAnalyse: Rule = ({ user, toolResults }) => {
  const job = JOB.exec(user);
  if (job === null || toolResults.length > 0) return null;
  return { call: [{ tool: "analyse", input: { symbol: job[1], timeframe: job[2] } }] };
};

const reportResult: Rule = ({ toolResults }) => {
  const report = AnalystReport.safeParse(toolResults.at(-1)?.output);
  return report.success ? { text: paragraph(report.data) } : null;
};

const Failure = z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]);

const reportFailure: Rule = ({ toolResults }) => {
  const failure = Failure.safeParse(toolResults.at(-1)?.output);
  return { text: failure.success ? `No analysis: ${failure.data}` : "No analysis: the job names no market." };
};

export const ANALYST_RULES: readonly Rule[] = [callAnalyse, reportResult, reportFailure];

function paragraph(report: AnalystReport): string {
  if (report.status === "no-candle") return `No analysis: ${report.reason}.`;
  const { symbol, timeframe, asOf, price, rsiWilder, atr, bollinger, signals, security } = report;
  const bands = bollinger === null ? "none" : `${bollinger.lower} / ${bollinger.middle} / ${bollinger.upper}`;
  const said = signals.map(({ strategyId, action, reasons }) => `${strategyId} ${action} (${reasons.join("; ")})`);
  return [
    `${symbol} ${timeframe} as of ${asOf}: signal ${said.join(", ") || "none"}.`,
    `Close ${price}, RSI ${rsiWilder ?? "none"}, Bollinger bands ${bands}, ATR ${atr ?? "none"}.`,
    `Security: ${security.verdict}.`,
  ].join(" ");
}
