// Floor 6, metrics. Rows and what they are read from → text in the format of Prometheus 0.0.4, by prom-client.
import { Counter, Gauge, Registry } from "prom-client";
import type { FigureRow } from "./metric.ts";

/** Of all invented figures (law 10). */
export const SIMULATED_PREFIX = "SIMULATED – invented prices. ";

/** A registry of its own for one moment: what is known no longer has no sample in the next. */
export async function figuresText<Source>(
  rows: readonly FigureRow<Source>[],
  source: Source,
  { simulated }: { readonly simulated: boolean },
): Promise<string> {
  const registry = new Registry();
  for (const row of rows) addRow(registry, row, source, simulated);
  return textOf(registry);
}

function addRow<Source>(registry: Registry, row: FigureRow<Source>, source: Source, simulated: boolean): void {
  const { name, type, labels, meaning } = row;
  const settings = {
    name,
    help: simulated ? `${SIMULATED_PREFIX}${meaning}` : meaning,
    labelNames: [...labels],
    registers: [registry],
  };
  const samples = row.read(source);
  const metric = type === "counter" ? new Counter(settings) : new Gauge(settings);
  if (labels.length === 0) metric.remove();
  for (const sample of samples) {
    // Both take a value that begins at 0: what a document counts is set as it stands there.
    if (metric instanceof Counter) metric.inc({ ...sample.labels }, sample.value);
    else metric.set({ ...sample.labels }, sample.value);
  }
}

/** Samples that are no number are left out: prom-client writes them as a word that Prometheus does not read. */
export async function textOf(registry: Registry): Promise<string> {
  const text = await registry.metrics();
  return `${text
    .split("\n")
    .filter((line) => line !== "" && (line.startsWith("#") || !/ nan$/i.test(line)))
    .join("\n")}\n`;
}
