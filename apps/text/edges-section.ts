// Floor 6. What testing the strategies again asleep has found, as a section of the report.
import { formatTime } from "#desk/documents/format.ts";
import { edgeText, type ShownEdge } from "#schemas/edge.ts";
import type { ReportSection } from "./report-section.ts";

/** @param untested ids of strategies that come from files */
export const edgesSection = (edges: readonly ShownEdge[], untested: readonly string[]): ReportSection => ({
  title: "edges, tested again asleep",
  columns: ["strategy", "found", "through (UTC)"],
  rows: [
    ...edges.map((edge) => [edge.strategyId, edgeText(edge), formatTime(edge.throughMs)]),
    ...(untested.length === 0
      ? []
      : [[untested.join(", "), "not tested again by the desk: from a file; use `walk-forward`", "–"]]),
  ],
  notes: [
    "Each market by itself, after costs, parameters as configured. Of twenty edges that hold, one is called decayed by chance, however often it is looked.",
    ...(edges.some(({ status }) => status === "decayed")
      ? [
          "A decayed edge changes no order and no setting. Test it with `walk-forward`, and `pause --strategy` it if you agree.",
        ]
      : []),
  ],
});
