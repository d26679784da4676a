// What the charts share: the sheet's colours, light and dark, and a chart that fills its box.
import { createChart } from "/assets/charts.js";

/** A name of the sheet is light and dark at once; what an element is painted with is one of them. */
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Of the sheet, by the names that the charts use. */
export const palette = () => ({
  ink: colour("ink-2"),
  line: colour("line-2"),
  accent: colour("accent"),
  up: colour("up"),
  down: colour("down"),
  warn: colour("warn"),
});

/** As the desk's own text: two decimals above 100, else enough to tell prices apart. */
const amountDigits = (value) =>
  Math.abs(value) >= 100 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumSignificantDigits: 7 };

export const amountText = (value) => value.toLocaleString("en-US", amountDigits(value));

// The notice in the footer stands for the logo, whose inline style the page's policy refuses.
const looks = ({ ink, line }) => ({
  layout: { attributionLogo: false, background: { color: "transparent" }, textColor: ink, fontSize: 11 },
  grid: { vertLines: { color: line }, horzLines: { color: line } },
  localization: { priceFormatter: amountText },
  rightPriceScale: { borderColor: line },
  timeScale: { borderColor: line, timeVisible: true, secondsVisible: false },
});

/** @param dress called with the palette at once and whenever the colours change */
export function chartIn(box, options, dress) {
  const chart = createChart(box, { autoSize: true, ...looks(palette()), ...options });
  const paint = () => {
    const colours = palette();
    chart.applyOptions(looks(colours));
    dress(chart, colours);
  };
  paint();
  document.addEventListener("theme", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  return chart;
}

/** A document of the desk, as any program reads it. @throws Error with the desk's own words */
export async function read(command, inputs = {}) {
  const response = await fetch(`/api/v1/${command}?${new URLSearchParams(inputs)}`, {
    headers: { accept: "application/json" },
  });
  const document = await response.json();
  if (!response.ok) throw new Error(document.error?.message ?? `the desk answered ${response.status}`);
  return document;
}
