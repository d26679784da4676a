// Floor 6. What is held: its worth, how far its stop and target are, why it was opened, and the way out of it.
import { html } from "hono/html";
import { formatAge, formatAmount, formatPct } from "#desk/documents/format.ts";
import { notTradingText, type PositionView, priceText } from "#desk/documents/portfolio-view.ts";
import { ofStrategy } from "#desk/documents/strategy-names.ts";
import { toNumber } from "#schemas/money.ts";
import { actButton } from "../../act-button.ts";
import type { Documents } from "../../documents.ts";
import { marketLink, pct, table, timeUtc } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

type PositionsDocument = Documents["positions"];

export async function positions(asked: Asked): Promise<Html> {
  const view = await asked.read("positions");
  return html`${table({
    caption: "Positions",
    isCards: true,
    rows: view.positions,
    idOf: (p) => `position-${p.strategyId}-${p.symbol}`,
    empty: "Nothing is held.",
    columns: [
      { title: "market", cell: (p) => nameOf(p, view), isName: true },
      { title: "quantity", cell: (p) => p.quantity, isNumber: true },
      { title: `entry`, cell: (p) => formatAmount(p.averagePrice), isNumber: true },
      { title: "price", cell: (p) => priceText(p), isNumber: true },
      { title: `value ${view.quote}`, cell: (p) => formatAmount(p.value), isNumber: true },
      { title: "profit", cell: (p) => pct(p.pnlPct), isNumber: true },
      { title: "stop, and target", cell: bracket },
      { title: "opened", cell: (p) => openedText(p, asked.nowMs) },
      ...(asked.scope === "act" ? [{ title: "close", cell: (p: PositionView) => closeButton(asked, p, view) }] : []),
    ],
  })}
${view.positions.map((p) => (p.dust || notTradingText(p, view.venue) === null ? "" : html`<p class="problem">${notTradingText(p, view.venue)}</p>`))}`;
}

const nameOf = (p: PositionView, { strategies }: PositionsDocument): Html =>
  html`${marketLink(p.symbol)}${ofStrategy(p.strategyId, strategies)}${p.dust ? html` <span class="dim">dust</span>` : ""}`;

/** Of a stop or a target: at what price, and how far that is. */
export const levelText = (price: string | null, distancePct: number | null): Html =>
  price === null
    ? html`none`
    : html`${formatAmount(price)}${distancePct === null ? "" : html` <span class="dim">${formatPct(distancePct, 1)}</span>`}`;

const bracket = (p: PositionView): Html => html`<div class="bracket">${bracketLine(p)}
<span class="num">${levelText(p.stopPrice, p.stopDistancePct)}</span><span class="num">${levelText(p.targetPrice, p.targetDistancePct)}</span></div>`;

const openedText = ({ openedAtMs, openedBecause }: PositionView, nowMs: number): Html =>
  html`<span class="reason">${openedBecause ?? "The journal has no reason."}</span><br><span class="dim">${timeUtc(openedAtMs)} (${formatAge(nowMs - openedAtMs)} ago)</span>`;

const [WIDTH, HEIGHT, MARGIN] = [260, 16, 5];

/** Where the price and the entry stand between stop and target. */
function bracketLine({ stopPrice, targetPrice, averagePrice, price }: PositionView): Html {
  if (stopPrice === null || targetPrice === null || price === null) return html``;
  const [stop, target] = [toNumber(stopPrice), toNumber(targetPrice)];
  const at = (level: number): string => {
    const part = Math.min(1, Math.max(0, (level - stop) / (target - stop)));
    return (MARGIN + part * (WIDTH - 2 * MARGIN)).toFixed(1);
  };
  const entry = toNumber(averagePrice);
  const [low, high] = [Math.min(entry, price), Math.max(entry, price)];
  const words = `Stop ${formatAmount(stopPrice)}, entry ${formatAmount(averagePrice)}, price ${formatAmount(price)}, target ${formatAmount(targetPrice)}`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${words}">
<title>${words}</title>
<line class="rail" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="8" y2="8"/>
<line class="${price < entry ? "loss" : "gain"}" x1="${at(low)}" x2="${at(high)}" y1="8" y2="8"/>
<line class="stop" x1="${MARGIN}" x2="${MARGIN}" y1="3" y2="13"/>
<line class="target" x1="${WIDTH - MARGIN}" x2="${WIDTH - MARGIN}" y1="3" y2="13"/>
<line class="entry" x1="${at(entry)}" x2="${at(entry)}" y1="4" y2="12"/>
<circle class="price" cx="${at(price)}" cy="8" r="3.5"/>
</svg>`;
}

/** Nothing of what is too small to sell. `view` has all that is held of its market. */
export function closeButton(
  asked: Asked,
  p: PositionView,
  view: Pick<PositionsDocument, "positions" | "quote">,
): Html | string {
  if (p.dust) return "";
  const others = view.positions.filter((other) => other.symbol === p.symbol).length > 1;
  return actButton(asked, {
    command: "close",
    body: { symbol: p.symbol, ...(others ? { strategy: p.strategyId } : {}) },
    label: others ? `Close ${p.strategyId}` : "Close",
    title: `Close ${p.symbol}?`,
    says: `All ${p.quantity} of ${p.symbol}${others ? ` that ${p.strategyId} holds` : ""} are sold at the market, worth about ${formatAmount(p.value)} ${view.quote} at the last close. Its stop and target are canceled.`,
    verb: `Sell ${p.symbol}`,
    tone: "danger",
    isSmall: true,
    hasReason: true,
  });
}
