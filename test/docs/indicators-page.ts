// The registry → docs/indicators.md.
import * as refs from "#toolkits/indicators/refs.ts";
import { INDICATORS } from "#toolkits/indicators/registry.ts";
import { rangeText, resolveSettings } from "#toolkits/indicators/settings.ts";
import type { IndicatorSpec } from "#toolkits/indicators/spec.ts";

const HEAD = `# Indicators

Generated from the registry by \`npm run docs\`; do not edit.

A strategy names an indicator by its constructor: \`ema(50)\`, \`ema(50, { source: "high" })\`, \`bollinger(20, 2)\`. Settings
left out take their defaults. \`.on("1h")\` reads the same indicator of a higher timeframe, of its newest candle that has closed
by then. A wrong setting is an error that names indicator, setting and range.

Every indicator is a fold over the candles of one window: its value at a candle comes from that candle and the ones before, and is
the same to the bit in a backtest and live. Holes hold the close before (open = high = low = close, volume 0). Before an
indicator has enough candles its value is NaN; from then on it is a finite number, whatever the candles.

*Needs* is how many candles it wants at its default settings: its memory where that is finite, else until what came before
the window weighs under 1e-4 (exponential mean of n: 5.6 n; Wilder's smoothing of n: 10 n). The windows of a strategy are as
long as the largest need among its indicators, at least 400 candles.

Units: \`price\` quote per base · \`volume\` base coins · \`ratio\` a share · \`points\` a scale of its own · \`source\` that of the column it reads.
`;

const LIBRARY_NOTE = `## Through a package

These are computed by \`trading-signals\`, whose indicators are objects: about ten times slower than the ones above, and the next
close is worked out by replaying their memory. Only indicators of finite memory are taken from it. The rest of its indicators
can be added in the same way: a spec in \`toolkits/indicators/kernels/\`, a line in the registry, a constructor in \`refs.ts\`.
`;

export function indicatorsPage(): string {
  const own = INDICATORS.filter(({ library }) => library === undefined);
  const others = INDICATORS.filter(({ library }) => library !== undefined);
  return [HEAD, overview(), ...own.map(section), LIBRARY_NOTE, ...others.map(section)].join("\n");
}

const overview = (): string =>
  `${[
    "| indicator | call with its defaults | outputs | needs |",
    "|---|---|---|---|",
    ...INDICATORS.map((spec) => {
      const outputs = Object.keys(spec.outputs).map((name) => `\`${name}\``);
      return `| ${spec.title} | \`${callOf(spec)}\` | ${outputs.join(", ")} | ${spec.needRows(resolveSettings(spec))} |`;
    }),
  ].join("\n")}\n`;

function section(spec: IndicatorSpec): string {
  const settings = Object.entries(spec.settings).map(
    ([name, setting]) => `- \`${name}\`: ${rangeText(setting)}; default ${setting.default}`,
  );
  const outputs = Object.entries(spec.outputs).map(([name, unit]) => `\`${name}\` (${unit})`);
  const reads = spec.reads(resolveSettings(spec)).join(", ");
  return [
    `### ${spec.title}: \`${callOf(spec)}\``,
    "",
    spec.definition,
    "",
    ...settings,
    `- outputs: ${outputs.join(", ")}; reads ${"source" in spec.settings ? `its source, by default ${reads}` : reads}`,
    `- in a market that stands still: ${lowerFirst(spec.flat)}`,
    `- definition \`${spec.definitionId}\``,
    "",
  ].join("\n");
}

const CONSTRUCTORS: ReadonlyMap<string, string> = new Map(
  Object.entries(refs).flatMap(([name, make]) =>
    name === "refOf" ? [] : [[(make as typeof refs.rsi)().indicator, name]],
  ),
);

/** The constructor takes numbers in the registry's order, then the source among its options, or as its only argument. */
function callOf(spec: IndicatorSpec): string {
  const defaults = Object.values(spec.settings).map((setting) => setting.default);
  const numbers = defaults.filter((value) => typeof value === "number");
  const written = numbers.length > 0 ? numbers : defaults.map((value) => JSON.stringify(value));
  return `${CONSTRUCTORS.get(spec.id)}(${written.join(", ")})`;
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
