// Floor 2, risk. Entry rules on losses: the latches of the loss meter, which counts mark-to-market equity.
import { DAY_MS } from "#schemas/units.ts";
import { type Rule, shown } from "./rule.ts";

export const dayLoss: Rule = ({ portfolio: { loss }, limits, slotMs }) => {
  if (loss?.dayLossLatched !== true) return null;
  const until = slotMs === loss.dayStartMs + DAY_MS ? "at the close that ends it" : "until 00:00 UTC";
  return `equity is ${shown(loss.dayChangePct)} % on the day and the loss has reached the limit of ${limits.maxDayLossPct} %; no entries ${until}`;
};

export const drawdown: Rule = ({ portfolio: { loss }, limits }) =>
  loss?.drawdownLatched === true
    ? `equity is ${shown(loss.drawdownPct)} % below its 30-day peak and the drawdown has reached the limit of ${limits.maxDrawdownPct} %; no entries until \`resume\``
    : null;
