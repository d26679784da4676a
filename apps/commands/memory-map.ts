// Floor 6. `memory map`: every market that the desk looks at, one row each, as Khala knows it now.
import { formatAge, formatAmount, formatClock, formatPct } from "#desk/documents/format.ts";
import { type MapRow, MemoryMap, memoryMapOf } from "#desk/overviews/memory-map.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { freshnessText, verdictText } from "../text/analysis-text.ts";
import { CONDITIONAL_MARK } from "../text/levels-text.ts";
import { table } from "../text/table.ts";

export const memoryMapCommand = deskCommand<MemoryMap>({
  name: "memory map",
  document: MemoryMap,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  execute: ({ desk }, _input, options) => memoryMapOf(desk, options),
  render: mapText,
});

function mapText({ markets, fresh, stale, missing }: MemoryMap, style: Style): string {
  if (markets.length === 0) return "No market is known yet. Run `deeptrader sleep --once`, or start the desk.";
  const rows = table(markets, [
    { title: "market", value: (row) => row.symbol },
    { title: "freshness", value: (row) => freshnessText(row.status, row.reason ?? undefined, style) },
    { title: "age", value: (row) => (row.ageMs === null ? "–" : formatAge(row.ageMs)), align: "right" },
    { title: "price", value: (row) => (row.price === null ? "–" : formatAmount(row.price)), align: "right" },
    { title: "24 h", value: (row) => pct(row.changePct24h), align: "right" },
    { title: "RSI", value: (row) => row.rsi?.toFixed(1) ?? "–", align: "right" },
    { title: "%B", value: (row) => row.percentB?.toFixed(2) ?? "–", align: "right" },
    { title: "enters", value: (row) => distance(row, "enterDistancePct"), align: "right" },
    { title: "exits", value: (row) => distance(row, "exitDistancePct"), align: "right" },
    {
      title: "security",
      value: (row) => (row.security === null ? "–" : verdictText({ verdict: row.security }, style)),
    },
    { title: "brief", value: (row) => (row.briefUntilMs === null ? "" : `to ${formatClock(row.briefUntilMs)}`) },
    { title: "", value: (row) => [...(row.held ? ["held"] : []), ...(row.blocked ? ["blocked"] : [])].join(" ") },
  ]);
  const footer = `${markets.length} markets: ${fresh} fresh, ${stale} stale, ${missing} missing. Way of the next close to a level of the first strategy, percent of the price; ? not worked out, ${CONDITIONAL_MARK} for a stated candle`;
  return `${rows}\n${style.dim(footer)}`;
}

const pct = (value: number | null): string => (value === null ? "–" : formatPct(value));

function distance({ levels }: MapRow, of: "enterDistancePct" | "exitDistancePct"): string {
  if (levels === null) return "–";
  if (levels.status === "not-worked-out") return "?";
  const mark = levels.status === "conditional" && levels[of] !== null ? ` ${CONDITIONAL_MARK}` : "";
  return `${pct(levels[of])}${mark}`;
}
