// Floor 6. A trade on its candles: bands, stop and target where they stood, what was filled, and the closes that would have entered.
import { html } from "hono/html";
import type { TradeChart } from "#schemas/trade-chart.ts";
import { type BandedCandle, unpackCandles } from "#toolkits/market/packed-candles.ts";
import { AREA, type Drawn, linePath, pct, plot, type Scale, scaleOf, type Tag, yIn } from "./plot.ts";

export interface CandleChart {
  readonly chart: TradeChart;
  readonly entryMs: number;
  readonly exitMs: number;
  readonly title: string;
  readonly label: string;
  readonly format: (price: number) => string;
  readonly timeText: (atMs: number) => string;
  /** True: a pointer is told open, high, low and close of each. A page with hundreds of charts has no room for it. */
  readonly isTold?: boolean;
}

/** Room of a candle, and of its body. */
const [ROOM, BODY] = [10, 6];
/** Stop and target are shown where they are no further from the candles than so many times the candles' own height. */
const REACH = 0.75;

export function candleChart(input: CandleChart): Drawn {
  const { chart, title, label, format, timeText } = input;
  const candles = unpackCandles(chart.candles);
  const { firstOpenMs, stepMs } = chart.candles;
  const place = (atMs: number): number => Math.floor((atMs - firstOpenMs) / stepMs);
  const count = place(candles.at(-1)?.openMs ?? firstOpenMs) + 1;
  const scale = scaleWith(candles, chart);
  const isIn = (price: number): boolean => price >= scale.low && price <= scale.high;
  const at = { place, count, scale, isIn };
  const stop = chart.stop.filter(({ price }) => isIn(price));
  const target = chart.target.filter(({ price }) => isIn(price));
  const newest = (steps: TradeChart["stop"], tone: string): Tag[] =>
    steps.slice(-1).map(({ price }) => ({ value: price, tone }));
  const fills = chart.fills.filter(({ price }) => isIn(price));
  return plot({
    title,
    label,
    size: "tall",
    keys: [
      { name: "Bollinger 20, 2", tone: "accent" },
      ...(stop.length > 0 ? [{ name: "stop", tone: "down" }] : []),
      ...(target.length > 0 ? [{ name: "target", tone: "up" }] : []),
      { name: "▲ bought, ▼ sold", tone: "none" },
      ...(enters(chart).length > 0 ? [{ name: "closes that would have entered", tone: "zone" }] : []),
    ],
    scale,
    format,
    tags: [
      ...newest(stop, "down"),
      ...newest(target, "up"),
      ...fills.map(({ price }) => ({ value: price, tone: "ink" })),
    ],
    times: [0, 0.5, 1].map((share) => timeText(firstOpenMs + share * (count - 1) * stepMs)),
    width: count * ROOM,
    curves: [
      heldOf(input, at),
      zoneOf(chart, at),
      ...candlesOf(candles, at),
      ...bandsOf(candles, at),
      stepsOf(stop, "down", input, at),
      stepsOf(target, "up", input, at),
    ],
    marks: [
      ...fills.map(({ openMs, side, price }) => {
        const shape = side === "buy" ? "M0 2l-6 11h12z" : "M0-2l-6-11h12z";
        return html`<svg class="fill ${side}" x="${pct(((place(openMs) + 0.5) / count) * 100)}" y="${pct(scale.y(price))}" overflow="visible"><path d="${shape}"/></svg>`;
      }),
      ...(input.isTold === true ? candles.map((candle) => toldOf(candle, input, at)) : []),
    ],
  });
}

interface Places {
  readonly place: (atMs: number) => number;
  readonly count: number;
  readonly scale: Scale;
  readonly isIn: (price: number) => boolean;
}

const enters = ({ levels }: TradeChart) => levels?.intervals.filter(({ action }) => action === "enter") ?? [];

function scaleWith(candles: readonly BandedCandle[], { stop, target, fills }: TradeChart): Scale {
  const own = scaleOf([
    ...candles.flatMap(({ low, high, bands }) => [low, high, ...(bands === null ? [] : [bands.upper, bands.lower])]),
    ...fills.map(({ price }) => price),
  ]);
  const reach = REACH * (own.high - own.low);
  const near = [...stop, ...target].map(({ price }) => price);
  return scaleOf([own.low, own.high, ...near.filter((price) => price > own.low - reach && price < own.high + reach)]);
}

function candlesOf(candles: readonly BandedCandle[], { place, scale }: Places): Drawn[] {
  const paths = { up: "", down: "" };
  for (const { openMs, open, high, low, close } of candles) {
    const x = place(openMs) * ROOM;
    const [above, under] = [yIn(scale, Math.max(open, close)), yIn(scale, Math.min(open, close))];
    const body = `M${x + (ROOM - BODY) / 2} ${above}h${BODY}v${Math.max(under - above, 1)}h-${BODY}z`;
    paths[close >= open ? "up" : "down"] += `M${x + ROOM / 2} ${yIn(scale, high)}V${yIn(scale, low)}${body}`;
  }
  return [html`<path class="candles up" d="${paths.up}"/>`, html`<path class="candles down" d="${paths.down}"/>`];
}

function bandsOf(candles: readonly BandedCandle[], { place, scale }: Places): Drawn[] {
  const line = (edgeOf: (bands: NonNullable<BandedCandle["bands"]>) => number): string => {
    const parts: [number, number][][] = [[]];
    for (const { openMs, bands } of candles) {
      if (bands === null) parts.push([]);
      else parts.at(-1)?.push([place(openMs) * ROOM + ROOM / 2, yIn(scale, edgeOf(bands))]);
    }
    return parts
      .filter(({ length }) => length > 1)
      .map(linePath)
      .join("");
  };
  return [
    html`<path class="band" d="${line(({ upper }) => upper)}"/>`,
    html`<path class="band" d="${line(({ lower }) => lower)}"/>`,
    // The mean of the two is the middle band.
    html`<path class="band middle" d="${line(({ upper, lower }) => (upper + lower) / 2)}"/>`,
  ];
}

/** From where it stood to where the next one did, or the trade ended. */
function stepsOf(steps: TradeChart["stop"], tone: string, { exitMs }: CandleChart, { place, scale }: Places): Drawn {
  const path = steps.map(({ fromMs, price }, at) => {
    const from = place(fromMs) * ROOM;
    const to = Math.max(
      from,
      at + 1 < steps.length ? place(steps[at + 1]?.fromMs ?? 0) * ROOM : (place(exitMs - 1) + 1) * ROOM,
    );
    return `${at === 0 ? "M" : "L"}${from} ${yIn(scale, price)}H${to}`;
  });
  return path.length === 0 ? html`` : html`<path class="level ${tone}" d="${path.join("")}"/>`;
}

function heldOf({ entryMs, exitMs }: CandleChart, { place }: Places): Drawn {
  const from = place(entryMs) * ROOM;
  const width = Math.max(ROOM, (place(exitMs - 1) + 1) * ROOM - from);
  return html`<rect class="held" x="${from}" y="0" width="${width}" height="${AREA}"/>`;
}

/** Beside the candle that was decided on. */
function zoneOf(chart: TradeChart, { place, scale }: Places): Drawn {
  if (chart.decidedMs === null) return html``;
  const x = place(chart.decidedMs - 1) * ROOM;
  return html`${enters(chart).map(({ from, to }) => {
    const top = to === null ? 0 : yIn(scale, Math.min(scale.high, to));
    const bottom = from === null ? AREA : yIn(scale, Math.max(scale.low, from));
    return html`<rect class="zone" x="${x}" y="${top}" width="${ROOM}" height="${Math.max(2, bottom - top)}"/>`;
  })}`;
}

function toldOf(
  { openMs, open, high, low, close }: BandedCandle,
  { format, timeText }: CandleChart,
  { place, count }: Places,
): Drawn {
  const said = `${timeText(openMs)} UTC: open ${format(open)}, high ${format(high)}, low ${format(low)}, close ${format(close)}`;
  return html`<rect class="touch" x="${pct((place(openMs) / count) * 100)}" width="${pct(100 / count)}" height="100%"><title>${said}</title></rect>`;
}
