// The curve of the Desk page: equity, and beside it what buying and holding would have come to. Drawn from the points that the
// page carries, and again when they have changed.

import { chartIn } from "/assets/chart.js";
import { AreaSeries, LineSeries, LineStyle } from "/assets/charts.js";

let drawn = null;

function draw() {
  const box = document.getElementById("equity-chart");
  if (box === null) return;
  if (drawn === null || drawn.box !== box) drawn = begin(box);
  if (drawn.points === box.dataset.points) return;
  drawn.points = box.dataset.points;
  const points = JSON.parse(drawn.points);
  drawn.equity.setData(points.map(([time, value]) => ({ time, value })));
  drawn.hold.setData(points.flatMap(([time, , value]) => (value === null ? [] : [{ time, value }])));
  if (!drawn.isFitted) drawn.chart.timeScale().fitContent();
}

function begin(box) {
  const series = {};
  const chart = chartIn(
    box,
    { handleScroll: { mouseWheel: false }, handleScale: { mouseWheel: false } },
    (made, colours) => {
      series.equity ??= made.addSeries(AreaSeries, { lineWidth: 2, priceLineVisible: false });
      series.hold ??= made.addSeries(LineSeries, {
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        priceLineVisible: false,
      });
      series.equity.applyOptions({ lineColor: colours.accent, topColor: "transparent", bottomColor: "transparent" });
      series.hold.applyOptions({ color: colours.ink });
    },
  );
  return { box, chart, points: null, isFitted: false, ...series };
}

draw();
document.addEventListener("htmx:after:swap", draw);
