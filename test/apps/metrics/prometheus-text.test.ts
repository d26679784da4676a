// The reader refuses what Prometheus refuses, so that what it takes says something.
import { expect, it } from "vitest";
import { readPrometheus } from "./prometheus-text.ts";

const HEAD = "# HELP m it counts\n# TYPE m counter\n";
const HISTOGRAM = "# HELP h it took\n# TYPE h histogram\n";

it("reads samples with their labels, escapes undone", () => {
  const metrics = readPrometheus(`# SIMULATED\n${HEAD}m{a="x\\"y\\\\z\\n",b=""} 2\nm 1e-3\n`);
  expect(metrics.get("m")).toEqual({
    help: "it counts",
    type: "counter",
    samples: [
      { name: "m", labels: { a: 'x"y\\z\n', b: "" }, value: 2 },
      { name: "m", labels: {}, value: 0.001 },
    ],
  });
});

it.each([
  ["NaN as prom-client writes it", `${HEAD}m Nan\n`],
  ["NaN", `${HEAD}m NaN\n`],
  ["a last line that does not end", `${HEAD}m 1`],
  ["a second HELP", `${HEAD}m 1\n# HELP m again\n`],
  ["a second TYPE", `${HEAD}# TYPE m counter\n`],
  ["a TYPE without HELP", "# TYPE m counter\nm 1\n"],
  ["a sample without a head", "m 1\n"],
  ["a sample of another metric", `${HEAD}n 1\n`],
  ["the same series twice", `${HEAD}m{a="1"} 1\nm{a="1"} 1\n`],
  ["a quote that is not escaped", `${HEAD}m{a="x"y"} 1\n`],
  ["a counter below 0", `${HEAD}m -1\n`],
  ["a histogram that falls", `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`],
  ["a histogram without +Inf", `${HISTOGRAM}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`],
  ["a histogram whose +Inf is not its count", `${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`],
  [
    "bounds out of order",
    `${HISTOGRAM}h_bucket{le="2"} 1\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
  ],
])("refuses %s", (_, text) => {
  expect(() => readPrometheus(text)).toThrow();
});
