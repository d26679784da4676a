// Floor 6. Curves over time: equity beside buy and hold, or how far below its high a run was.
import { html } from "hono/html";
import { AREA, type Drawn, type Frame, linePath, pct, plot, type Scale, scaleOf, yIn } from "./plot.ts";

export interface Point {
  readonly atMs: number;
  readonly value: number;
}

export interface Curve {
  readonly name: string;
  /** A class of the sheet. */
  readonly tone: string;
  /** Oldest first. */
  readonly points: readonly Point[];
  /** True: what lies between it and 0 is filled. */
  readonly isFilled?: boolean;
}

export interface LineChart extends Pick<Frame, "title" | "label" | "size"> {
  readonly curves: readonly Curve[];
  readonly format: (value: number) => string;
  readonly timeText: (atMs: number) => string;
}

/** Points that are drawn of a curve: of each stretch its lowest and its highest. */
const STRETCHES = 400;
/** Parts of a whole number of the area's width. */
const FINE = 4;
/** Places at which a pointer is told the figures. */
const TOLD = 100;

export function lineChart({ title, label, size, curves, format, timeText }: LineChart): Drawn {
  const times = curves.flatMap(({ points }) => [points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 0]);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const span = { from, to: to > from ? to : from + 1 };
  const scale = scaleOf(
    curves.flatMap(({ points, isFilled }) => [...points.map(({ value }) => value), ...(isFilled === true ? [0] : [])]),
  );
  const dateOf = (share: number): string => timeText(from + share * (to - from)).slice(0, 10);
  return plot({
    title,
    label,
    ...(size === undefined ? {} : { size }),
    keys: curves.length > 1 ? curves : [],
    scale,
    format,
    times: [dateOf(0), dateOf(0.5), dateOf(1)],
    width: AREA * FINE,
    curves: curves.map((curve) => pathsOf(curve, scale, span)),
    marks: told(curves, { span, format, timeText }),
  });
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const xOf = (atMs: number, { from, to }: Span): number => ((atMs - from) / (to - from)) * AREA;

function pathsOf({ points, tone, isFilled }: Curve, scale: Scale, span: Span): Drawn {
  const drawn = thinned(points);
  const line = linePath(drawn.map(({ atMs, value }) => [Math.round(xOf(atMs, span) * FINE), yIn(scale, value)]));
  const [first] = drawn;
  if (first === undefined) return html``;
  const begin = Math.round(xOf(first.atMs, span) * FINE);
  const area = isFilled === true ? html`<path class="area ${tone}" d="${line}V${yIn(scale, 0)}H${begin}Z"/>` : "";
  return html`${area}<path class="curve ${tone}" d="${line}"/>`;
}

function thinned(points: readonly Point[]): readonly Point[] {
  const length = Math.ceil(points.length / STRETCHES);
  if (length <= 2) return points;
  const kept = [points[0], points.at(-1)].filter((point) => point !== undefined);
  for (let at = 0; at < points.length; at += length) {
    const part = points.slice(at, at + length).toSorted((a, b) => a.value - b.value);
    for (const point of [part[0], part.at(-1)]) if (point !== undefined) kept.push(point);
  }
  return [...new Set(kept)].sort((a, b) => a.atMs - b.atMs);
}

/** Invisible columns that tell a pointer what stands there. */
function told(
  curves: readonly Curve[],
  { span, format, timeText }: Pick<LineChart, "format" | "timeText"> & { readonly span: Span },
) {
  const [first] = curves;
  const step = Math.max(1, Math.ceil((first?.points.length ?? 0) / TOLD));
  return (first?.points ?? []).flatMap(({ atMs }, at) => {
    if (at % step !== 0) return [];
    const said = curves.map(({ name, points }) => `${name} ${format(atTime(points, atMs))}`).join(", ");
    const share = (xOf(atMs, span) / AREA) * 100;
    return html`<rect class="touch" x="${pct(share)}" width="${pct(100 / TOLD)}" height="100%"><title>${timeText(atMs)} UTC: ${said}</title></rect>`;
  });
}

const atTime = (points: readonly Point[], atMs: number): number =>
  points[
    Math.max(
      0,
      points.findLastIndex((point) => point.atMs <= atMs),
    )
  ]?.value ?? Number.NaN;
