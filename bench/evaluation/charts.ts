// Bench. Series of points → a line chart as SVG text, self-contained, readable in light and dark.

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Ends of the interval. */
  readonly lo?: number;
  readonly hi?: number;
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Logarithmic x: all x must be positive. */
  readonly logX?: boolean;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

const [WIDTH, HEIGHT] = [720, 420];
const BOX = { left: 64, right: 700, top: 44, bottom: 316 } as const;
const COLOURS = ["#2f6fde", "#d2652d", "#2d9a5f", "#8b52c7", "#8a7a1f"];
const TICKS = 5;

export function lineChart(chart: LineChart): string {
  const points = chart.series.flatMap((series) => series.points);
  const place = scaleX(
    points.map(({ x }) => x),
    chart.logX ?? false,
  );
  const top = niceCeiling(Math.max(0, ...points.map(({ y, hi }) => hi ?? y)));
  const height = (y: number): number => BOX.bottom - (y / top) * (BOX.bottom - BOX.top);
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const body = [
    `<text class="t" x="${BOX.left}" y="24">${escapeText(chart.title)}</text>`,
    ...ticksY(top).flatMap((y) => [
      `<line class="g" x1="${BOX.left}" x2="${BOX.right}" y1="${round(height(y))}" y2="${round(height(y))}"/>`,
      `<text class="n" x="${BOX.left - 8}" y="${round(height(y) + 4)}" text-anchor="end">${label(y)}</text>`,
    ]),
    ...spread(xs, place).map(
      (x) => `<text class="n" x="${round(place(x))}" y="${BOX.bottom + 20}" text-anchor="middle">${label(x)}</text>`,
    ),
    `<text class="n" x="${(BOX.left + BOX.right) / 2}" y="${BOX.bottom + 42}" text-anchor="middle">${escapeText(chart.xLabel)}</text>`,
    `<text class="n" x="16" y="${(BOX.top + BOX.bottom) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(BOX.top + BOX.bottom) / 2})">${escapeText(chart.yLabel)}</text>`,
    ...chart.series.flatMap((series, index) =>
      drawSeries(series.points, COLOURS[index % COLOURS.length] ?? "", place, height),
    ),
    ...legend(chart.series.map(({ name }) => name)),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(chart.title)}">`,
    "<style>.b{fill:#fff}text{font-family:system-ui,sans-serif;fill:#222}.t{font-size:15px;font-weight:600}.n{font-size:12px}.g{stroke:#ddd}@media(prefers-color-scheme:dark){.b{fill:#15181d}text{fill:#ddd}.g{stroke:#333}}</style>",
    `<rect class="b" width="${WIDTH}" height="${HEIGHT}"/>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function drawSeries(
  points: readonly Point[],
  colour: string,
  place: (x: number) => number,
  height: (y: number) => number,
): string[] {
  const path = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${round(place(x))} ${round(height(y))}`).join(" ");
  return [
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.flatMap(({ x, y, lo, hi }) => [
      ...(lo === undefined || hi === undefined
        ? []
        : [
            `<line x1="${round(place(x))}" x2="${round(place(x))}" y1="${round(height(lo))}" y2="${round(height(hi))}" stroke="${colour}" stroke-width="1" opacity="0.6"/>`,
          ]),
      `<circle cx="${round(place(x))}" cy="${round(height(y))}" r="3" fill="${colour}"/>`,
    ]),
  ];
}

const legend = (names: readonly string[]): string[] =>
  names.flatMap((name, index) => {
    const x = BOX.left + (index % 2) * 320;
    const y = HEIGHT - 44 + Math.floor(index / 2) * 17;
    return [
      `<rect x="${x}" y="${y - 9}" width="10" height="10" fill="${COLOURS[index % COLOURS.length]}"/>`,
      `<text class="n" x="${x + 15}" y="${y}">${escapeText(name)}</text>`,
    ];
  });

function scaleX(xs: readonly number[], log: boolean): (x: number) => number {
  const of = (x: number): number => (log ? Math.log(x) : x);
  const [from, to] = [Math.min(...xs.map(of)), Math.max(...xs.map(of))];
  return (x) => BOX.left + 12 + ((of(x) - from) / (to - from || 1)) * (BOX.right - BOX.left - 24);
}

/** The x values that have room for a label. */
function spread(xs: readonly number[], place: (x: number) => number): number[] {
  const kept: number[] = [];
  for (const x of xs) {
    const last = kept.at(-1);
    if (last === undefined || place(x) - place(last) > 40) kept.push(x);
  }
  return kept;
}

const ticksY = (top: number): number[] => Array.from({ length: TICKS + 1 }, (_, i) => (top * i) / TICKS);

/** 1, 2, 2.5, 5 or 10 times a power of ten, at or above the value. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 2, 2.5, 5, 10].find((step) => step * unit >= value * (1 - 1e-9)) ?? 10);
}

const label = (value: number): string => value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
const round = (value: number): number => Math.round(value * 10) / 10;
const escapeText = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[c]};`);
