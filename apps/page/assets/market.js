// The chart of a market: candles with bands, RSI beneath, what was traded, stop and target, and where its strategies would act at the
// next close. Drawn from what the page carries; drawn anew when that has changed, without moving what a person looks at.
import { amountText, chartIn } from "/assets/chart.js";
import { CandlestickSeries, createSeriesMarkers, LineSeries, LineStyle } from "/assets/charts.js";
import { nextCloses } from "/assets/next-closes.js";

const [OVERSOLD, OVERBOUGHT] = [30, 70];
/** A candle's room at first, in px; how many that are is bounded. An eighth as many are left free for the closes to come. */
const CANDLE_PX = 7;
const [FEWEST, MOST] = [40, 200];

let drawn = null;

function draw() {
  const box = document.getElementById("market-chart");
  if (box === null) return;
  if (drawn === null || drawn.box !== box) drawn = begin(box);
  if (drawn.text === box.dataset.chart) return;
  drawn.text = box.dataset.chart;
  drawn.data = JSON.parse(drawn.text);
  fill(drawn);
}

function begin(box) {
  const made = { box, text: null, data: null, lines: [] };
  chartIn(
    box,
    { handleScroll: { mouseWheel: false }, handleScale: { mouseWheel: false }, crosshair: { mode: 0 } },
    (chart, colours) => {
      made.chart = chart;
      made.colours = colours;
      if (made.candles === undefined) addSeries(made, chart);
      paint(made);
    },
  );
  return made;
}

function addSeries(made, chart) {
  const quiet = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false };
  made.upper = chart.addSeries(LineSeries, { ...quiet, lineWidth: 1 });
  made.middle = chart.addSeries(LineSeries, { ...quiet, lineWidth: 1, lineStyle: LineStyle.Dotted });
  made.lower = chart.addSeries(LineSeries, { ...quiet, lineWidth: 1 });
  made.candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  made.rsi = chart.addSeries(LineSeries, { ...quiet, lineWidth: 2 }, 1);
  made.rsi.applyOptions({ autoscaleInfoProvider: () => ({ priceRange: { minValue: 10, maxValue: 90 } }) });
  made.bounds = [OVERSOLD, OVERBOUGHT].map((price) =>
    made.rsi.createPriceLine({ price, lineWidth: 1, lineStyle: LineStyle.Dashed, axisLabelVisible: false, title: "" }),
  );
  made.markers = createSeriesMarkers(made.candles, []);
  made.zones = nextCloses();
  made.candles.attachPrimitive(made.zones);
  made.candles.applyOptions({ autoscaleInfoProvider: (original) => withLines(original(), made.data) });
  // The values of the candle that is pointed at, else of the newest.
  chart.subscribeCrosshairMove(({ time }) => {
    made.pointedAt = time;
    tellValues(made);
  });
  chart.panes()[0].setStretchFactor(4);
  chart.panes()[1].setStretchFactor(1);
}

/** Stop, target and orders are seen too, unless they are so far off that the candles would be flat. */
function withLines(info, data) {
  if (info === null || data === null) return info;
  const { minValue, maxValue } = info.priceRange;
  const reach = 0.75 * (maxValue - minValue);
  const near = data.lines
    .map(([, , price]) => price)
    .filter((price) => price > minValue - reach && price < maxValue + reach);
  return { ...info, priceRange: { minValue: Math.min(minValue, ...near), maxValue: Math.max(maxValue, ...near) } };
}

/** A candle that is not there leaves its place free. */
function withHoles(rows, { holes, step }) {
  const missing = holes.flatMap(([time, count]) =>
    Array.from({ length: count }, (_, at) => ({ time: time + at * step })),
  );
  return [...rows, ...missing].toSorted((a, b) => a.time - b.time);
}

function fill(made) {
  const { data, chart } = made;
  const scale = chart.timeScale();
  const before = made.times;
  const range = before === undefined ? null : scale.getVisibleLogicalRange();
  const line = (at) =>
    withHoles(
      data.candles.map((row) => (row[at] === null ? { time: row[0] } : { time: row[0], value: row[at] })),
      data,
    );
  const candles = withHoles(
    data.candles.map(([time, open, high, low, close]) => ({ time, open, high, low, close })),
    data,
  );
  made.candles.setData(candles);
  made.rsi.setData(line(5));
  made.upper.setData(line(6));
  made.middle.setData(line(7));
  made.lower.setData(line(8));
  made.times = candles.map(({ time }) => time);
  paint(made);
  tellValues(made);
  if (range === null) {
    const shown = Math.max(FEWEST, Math.min(MOST, Math.round(made.box.clientWidth / CANDLE_PX)));
    const to = candles.length + shown / 8;
    return scale.setVisibleLogicalRange({ from: Math.max(0, candles.length - shown), to });
  }
  // Who looks at the newest goes on with the newest; who looks back goes on seeing the same candles.
  const isAtEnd = range.to >= before.length - 1;
  const moved = isAtEnd
    ? candles.length - before.length
    : made.times.indexOf(before.find((time) => time >= made.times[0])) -
      before.findIndex((time) => time >= made.times[0]);
  scale.setVisibleLogicalRange({ from: range.from + moved, to: range.to + moved });
}

function tellValues({ data, pointedAt }) {
  const row = data?.candles.find(([at]) => at === pointedAt) ?? data?.candles.at(-1);
  const line = document.getElementById("market-values");
  if (row === undefined || line === null) return;
  const [at, open, high, low, close, rsi, upper, , lower] = row;
  const opened = new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ");
  const amount = (value) => (value === null ? "–" : amountText(value));
  line.textContent = `${opened}  O ${amount(open)}  H ${amount(high)}  L ${amount(low)}  C ${amount(close)}  bands ${amount(lower)} to ${amount(upper)}  RSI ${rsi?.toFixed(1) ?? "–"}`;
}

/** What is of a colour. */
function paint(made) {
  const { colours, data } = made;
  const { up, down, accent, ink, warn } = colours;
  made.candles.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
  for (const band of [made.upper, made.lower]) band.applyOptions({ color: accent });
  made.middle.applyOptions({ color: ink });
  made.rsi.applyOptions({ color: accent });
  for (const bound of made.bounds) bound.applyOptions({ color: ink });
  made.chart.applyOptions({ layout: { panes: { separatorColor: colours.line, separatorHoverColor: colours.line } } });
  if (data === null) return;
  const tones = { entry: ink, stop: down, target: up, order: warn };
  for (const line of made.lines) made.candles.removePriceLine(line);
  made.lines = data.lines.map(([kind, title, price]) =>
    made.candles.createPriceLine({
      price,
      title,
      color: tones[kind],
      lineWidth: 1,
      lineStyle: kind === "order" ? LineStyle.Dotted : LineStyle.Dashed,
      axisLabelVisible: true,
    }),
  );
  made.markers.setMarkers(markersOf(data, colours));
  const last = data.candles.at(-1);
  made.zones.show(data.zones, { time: last?.[0] ?? 0, up, down });
}

function markersOf({ candles, fills }, { up, down, warn }) {
  const last = candles.at(-1)?.[0] ?? 0;
  const corrected = candles.flatMap((row) =>
    row[9] === 1
      ? [{ time: row[0], position: "aboveBar", shape: "circle", size: 0.6, color: warn, text: "corrected" }]
      : [],
  );
  const traded = fills.map(([time, side, role]) => ({
    // What was filled in the candle that is open stands at the newest closed one.
    time: Math.min(time, last),
    position: side === "buy" ? "belowBar" : "aboveBar",
    shape: side === "buy" ? "arrowUp" : "arrowDown",
    color: side === "buy" ? up : down,
    text: role,
  }));
  return [...corrected, ...traded].toSorted((a, b) => a.time - b.time);
}

draw();
document.addEventListener("htmx:after:swap", draw);
