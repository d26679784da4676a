// The text format of Prometheus, version 0.0.4, read as strictly as it is written down:
// https://prometheus.io/docs/instrumenting/exposition_formats/
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const VALUE = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\+Inf|-Inf)$/;
const TYPES = ["counter", "gauge", "histogram", "summary"];

export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadMetric {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ReadSample[];
}

/** @throws Error naming the line */
export function readPrometheus(text: string): ReadonlyMap<string, ReadMetric> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const metrics = new Map<string, { help: string; type: string; samples: ReadSample[] }>();
  let open: string | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (word === "HELP") {
      if (!NAME.test(name)) fail("no name");
      if (metrics.has(name)) fail("a second HELP, or samples of a metric in two places");
      if (/\\(?![\\n])/.test(rest)) fail("an escape that HELP does not have");
      metrics.set(name, { help: rest, type: "", samples: [] });
      open = name;
    } else if (word === "TYPE") {
      const metric = metrics.get(name) ?? fail("TYPE without HELP");
      if (metric.type !== "") fail("a second TYPE");
      if (metric.samples.length > 0) fail("TYPE after samples");
      if (!TYPES.includes(rest)) fail("an unknown type");
      metric.type = rest;
    } else if (line.startsWith("#")) {
    } else {
      const sample = sampleOf(line, fail);
      const metric = metrics.get(open ?? "") ?? fail("a sample of no metric");
      const suffix = sample.name.slice((open ?? "").length);
      const allowed = metric.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!sample.name.startsWith(open ?? "") || !allowed.includes(suffix)) fail("not of the metric above");
      if (metric.type === "counter" && sample.value < 0) fail("a counter below 0");
      if (metric.samples.some((other) => same(other, sample))) fail("the same series twice");
      metric.samples.push(sample);
    }
  }
  for (const [name, metric] of metrics) if (metric.type === "histogram") checkHistogram(name, metric.samples);
  return metrics;
}

function sampleOf(line: string, fail: (why: string) => never): ReadSample {
  const [, name, labels, value] = SAMPLE.exec(line) ?? fail("not a sample");
  if (name === undefined || value === undefined || !VALUE.test(value)) return fail("not a number");
  return { name, labels: labelsOf(labels ?? "", fail), value: Number(value.replace("Inf", "Infinity")) };
}

function labelsOf(text: string, fail: (why: string) => never): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [whole, name = "", value = ""] = /^([^=]+)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest) ?? fail("labels");
    if (!LABEL.test(name)) fail("no name of a label");
    if (name in labels) fail("a label twice");
    labels[name] = value.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
    rest = rest.slice(whole.length);
  }
  return labels;
}

const keyOf = ({ name, labels }: ReadSample): string => JSON.stringify([name, Object.entries(labels).sort()]);
const same = (a: ReadSample, b: ReadSample): boolean => keyOf(a) === keyOf(b);

/** Buckets rise with their bound and never fall; the last is +Inf and equals the count. */
function checkHistogram(name: string, samples: readonly ReadSample[]): void {
  const series = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) =>
    JSON.stringify(Object.entries(labels).sort()),
  );
  for (const [labels, of] of series) {
    const buckets = of.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le = "" } }) => (le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le)));
    const counts = buckets.map(({ value }) => value);
    const count = of.find((sample) => sample.name === `${name}_count`)?.value;
    const isRising = (values: readonly number[], strictly: boolean): boolean =>
      values.every((value, i) => i === 0 || (strictly ? value > (values[i - 1] ?? 0) : value >= (values[i - 1] ?? 0)));
    if (!isRising(bounds, true)) throw new Error(`${name}${labels}: bounds ${bounds}`);
    if (!isRising(counts, false)) throw new Error(`${name}${labels}: counts ${counts}`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name}${labels}: no +Inf`);
    if (counts.at(-1) !== count) throw new Error(`${name}${labels}: +Inf is not the count`);
    if (of.every((sample) => sample.name !== `${name}_sum`)) throw new Error(`${name}${labels}: no sum`);
  }
}
