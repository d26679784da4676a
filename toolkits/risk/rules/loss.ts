// Floor 2, risk. Entry rules on losses: the latches of the loss meter, which counts mark-to-market equity.
import { type Rule, shown } from "./rule.ts";

export const dayLoss: Rule = ({ portfolio: { loss }, limits }) =>
  loss?.dayLossLatched === true
    ? `equity is ${shown(loss.dayChangePct)} % on the day and the loss has reached the limit of ${limits.maxDayLossPct} %; no entries until 00:00 UTC`
    : null;

export const drawdown: Rule = ({ portfolio: { loss }, limits }) =>
  loss?.drawdownLatched === true
    ? `equity is ${shown(loss.drawdownPct)} % below its 30-day peak and the drawdown has reached the limit of ${limits.maxDrawdownPct} %; no entries until \`resume\``
    : null;
