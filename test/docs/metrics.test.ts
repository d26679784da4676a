import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LIVE_ROWS } from "#apps/metrics/live-rows.ts";
import { FIGURE_ROWS } from "#apps/metrics/open-metrics.ts";
import { metricsPage, processMetrics } from "./metrics-page.ts";

const textOf = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const ROWS = [...FIGURE_ROWS, ...Object.values(LIVE_ROWS)];
const KNOWN = new Set([
  ...ROWS.flatMap(({ name, type }) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
  ...processMetrics().map(({ name }) => name),
]);
const NAMES = /\b(?:deeptrader|process|nodejs)_\w+/g;
const LABELS = new Map<string, ReadonlySet<string>>(
  ROWS.map(({ name, labels }) => [name, new Set<string>([...labels, "instance", "le"])]),
);

/** What a query names, without the text of its labels' values. */
const named = (query: string): readonly string[] => query.replaceAll(/"[^"]*"/g, '""').match(NAMES) ?? [];

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(textOf("deploy/grafana/deeptrader.json")) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
};
const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const rules = [...textOf("deploy/prometheus/deeptrader.rules.yml").matchAll(/^\s+expr: (.*)$/gm)].map(
  ([, expr = ""]) => expr,
);

it("docs/metrics.md is what the tables say (npm run docs writes it)", () => {
  const page = textOf("docs/metrics.md");
  const beforeProcess = (text: string): string => text.slice(0, text.indexOf("## Process"));
  expect(beforeProcess(page)).toBe(beforeProcess(metricsPage()));
  // Which ones there are depends on the system; the page was written on Linux, which has them all.
  for (const { name } of processMetrics()) expect(page).toContain(`\`${name}\``);
  for (const { name } of ROWS) expect(page).toContain(`\`${name}\``);
});

describe("names", () => {
  it("stand once, begin with deeptrader_, and end with the unit that Prometheus expects", () => {
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
    for (const { name, type, unit } of ROWS) {
      expect(name).toMatch(/^deeptrader_[a-z_]+$/);
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      if (unit === "seconds") expect(name).toMatch(/_seconds$/);
      if (unit === "ratio") expect(name).toMatch(/_ratio$/);
    }
  });

  it("of labels are none that Prometheus gives itself: it would rename ours", () => {
    for (const { name, labels } of ROWS)
      for (const own of ["job", "instance", "le"]) expect(labels, name).not.toContain(own);
  });

  it("of labels are from sets that the code knows", () => {
    const labels = new Set(ROWS.flatMap(({ labels }) => [...labels]));
    const bounded = [
      "strategy",
      "symbol",
      "currency",
      "kind",
      "rule",
      "reason",
      "status",
      "state",
      "by",
      "path",
      "phase",
      "task",
    ];
    const others = ["bound", "budget", "direction", "model", "per", "timeframe", "port", "verb", "outcome", "error"];
    const identity = ["version", "desk", "run", "venue", "store", "mode"];
    expect([...labels].sort()).toEqual([...bounded, ...others, ...identity].sort());
  });
});

describe("dashboard and rules", () => {
  it("name metrics that are there, and show every one of the desk's", () => {
    expect(queries.length).toBeGreaterThan(50);
    expect(rules.length).toBe((textOf("deploy/prometheus/deeptrader.rules.yml").match(/- alert:/g) ?? []).length);
    for (const query of [...queries, ...rules]) {
      for (const name of named(query)) expect(KNOWN, query).toContain(name);
      expect(named(query).length + Number(query.startsWith("up{")), query).toBeGreaterThan(0);
    }
    const shown = new Set(queries.flatMap(named).map((name) => name.replace(/_bucket$/, "")));
    expect(ROWS.filter(({ name }) => !shown.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it("ask by labels that the metric has", () => {
    for (const query of [...queries, ...rules]) {
      for (const [, name = "", selector = ""] of query.matchAll(/\b(deeptrader_\w+)\{([^}]*)\}/g)) {
        const known = LABELS.get(name.replace(/_bucket$/, ""));
        for (const [, label = ""] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
          expect([...(known ?? [])], query).toContain(label);
      }
    }
  });

  it("can be imported: a data source to choose, ids and places of their own", () => {
    expect(dashboard.templating.list).toContainEqual(
      expect.objectContaining({ name: "datasource", type: "datasource" }),
    );
    const panels = dashboard.panels.filter(({ type }) => type !== "row");
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { datasource, title, gridPos } of panels) {
      expect(datasource?.uid, title).toBe(["$", "{datasource}"].join(""));
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });
});
