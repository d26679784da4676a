// Floor 6. The frame of a chart that fits any width: curves stretch with the page, letters and lines do not. An area, prices beside it,
// times beneath; no script, no inline style, colours by the sheet's names.
import { html } from "hono/html";

export type Drawn = ReturnType<typeof html>;

/** Of the area that curves are drawn in, in whole numbers; the page stretches it. */
export const AREA = 600;
/** Left free above and below, percent. */
const MARGIN_PCT = 4;
const TICKS = 4;
/** Numbers beside the area are at least so far apart, percent. */
const TICK_ROOM_PCT = 7;

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** From the top, percent of the height. */
  y(value: number): number;
}

export function scaleOf(values: Iterable<number>): Scale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - Math.abs(low) * 0.01 - 1e-9, high + Math.abs(high) * 0.01 + 1e-9];
  return { low, high, y: (value) => MARGIN_PCT + (100 - 2 * MARGIN_PCT) * (1 - (value - low) / (high - low)) };
}

/** Round numbers within the scale: multiples of 1, 2, 2.5 or 5 × 10^n. */
export function ticksOf({ low, high }: Scale): readonly number[] {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((each) => each * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => (first + at) * step);
}

/** A price that the chart names beside the area. */
export interface Tag {
  readonly value: number;
  /** A class of the sheet: `up`, `down`, `accent`, `ink`. */
  readonly tone: string;
}

export interface Frame {
  readonly title: string;
  /** What a person who does not see it is told. */
  readonly label: string;
  /** Name and tone of each curve. */
  readonly keys: readonly { readonly name: string; readonly tone: string }[];
  readonly scale: Scale;
  readonly format: (value: number) => string;
  readonly tags?: readonly Tag[];
  /** From left to right, evenly spaced. */
  readonly times: readonly string[];
  /** Curves: from 0 to the area's height and width, stretched. */
  readonly curves: Drawn | readonly Drawn[];
  /** The width of the area that curves count in. */
  readonly width?: number;
  /** What is not stretched: placed in percent. */
  readonly marks?: Drawn | readonly Drawn[];
  readonly size?: "low" | "tall";
}

export function plot(frame: Frame): Drawn {
  const { title, label, keys, scale, format, tags = [], times, curves, width = AREA, marks = [], size } = frame;
  const named = spread(tags.map(({ value, tone }) => ({ at: scale.y(value), text: format(value), tone })));
  const ticks = ticksOf(scale).map((value) => ({ at: scale.y(value), text: format(value), tone: "" }));
  const free = ticks.filter(({ at }) => named.every((tag) => Math.abs(tag.at - at) >= TICK_ROOM_PCT));
  return html`<figure class="plot ${size ?? ""}"><figcaption>${title}</figcaption>
${keys.length === 0 ? "" : html`<p class="keys-of">${keys.map(({ name, tone }) => html`<span><i class="${tone}"></i>${name}</span> `)}</p>`}
<div class="plot-box"><svg class="plot-area" role="img" aria-label="${label}">
${ticks.map(({ at }) => html`<line class="rule" x1="0" x2="100%" y1="${pct(at)}" y2="${pct(at)}"/>`)}
<svg viewBox="0 0 ${width} ${AREA}" preserveAspectRatio="none" width="100%" height="100%">${curves}</svg>
${marks}</svg>
<svg class="plot-axis" aria-hidden="true">${[...free, ...named].map(({ at, text, tone }) => html`<text class="${tone}" x="6" y="${pct(at)}" dy="0.35em">${text}</text>`)}</svg>
<p class="plot-times" aria-hidden="true">${times.map((time) => html`<span>${time}</span> `)}</p></div></figure>`;
}

/** Pushed apart where they would lie over each other, in their order. */
function spread<Placed extends { readonly at: number }>(tags: readonly Placed[]): readonly Placed[] {
  const placed: Placed[] = [];
  for (const tag of tags.toSorted((a, b) => a.at - b.at))
    placed.push({ ...tag, at: Math.max(tag.at, (placed.at(-1)?.at ?? -100) + TICK_ROOM_PCT) });
  return placed;
}

export const pct = (value: number): string => `${Number(value.toFixed(2))}%`;

/** In parts of the area's height, whole. */
export const yIn = (scale: Scale, value: number): number => Math.round(scale.y(value) * (AREA / 100));

/** A line through points, each told from the one before: the shortest way to write it. */
export function linePath(points: readonly (readonly [x: number, y: number])[]): string {
  let path = "";
  let before: readonly [number, number] = [0, 0];
  for (const [at, [x, y]] of points.entries()) {
    const [dx, dy] = [x - before[0], y - before[1]];
    path += at === 0 ? `M${x} ${y}l` : `${at > 1 && dx >= 0 ? " " : ""}${dx}${dy < 0 ? "" : " "}${dy}`;
    before = [x, y];
  }
  return path;
}
