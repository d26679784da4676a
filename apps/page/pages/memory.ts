// Floor 6. Memory: what the desk knows of every market now, as a heat map that is sorted and filtered, and one market's record with
// its sources and history.
import { html } from "hono/html";
import { panel } from "../figures.ts";
import type { Page } from "../page.ts";
import { filterForm } from "./memory/filter-form.ts";
import { counts, map } from "./memory/map.ts";
import { record } from "./memory/record.ts";

export const memoryPage: Page = {
  path: "/memory",
  name: "Memory",
  letter: "m",
  parts: { counts, map, record },
  beside: "counts",
  hasForm: true,
  modules: ["memory.js"],
  body: (part, { query }) => html`${filterForm(query)}
<div class="grid">
<section class="panel span-8 wide-8" aria-labelledby="map-title"><h2 id="map-title">Markets</h2>${part("map")}
<p class="note">RSI and %B: blue is low, orange is high. Enters and exits: how far the next close would have to go for the first
strategy to act, percent of the price; the nearer, the stronger the colour. “?” was not worked out; “†” holds for a stated candle.</p>
</section>
${panel({ id: "record", title: "Record", place: "span-4 wide-4 sticky", content: part("record") })}
</div>`,
};
