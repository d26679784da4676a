// Floor 6. What is looked for in the map: a form that the parts are asked for with, so that nothing reloads.
import { html } from "hono/html";
import type { Asked, Html } from "../../page.ts";
import { ONLY, SORT, viewOf } from "./view.ts";

export function filterForm(query: Asked["query"]): Html {
  const { search, only, sort, isDescending, market } = viewOf(query);
  const options = (of: Readonly<Record<string, { readonly words: string }>>, chosen: string): Html[] =>
    Object.entries(of).map(
      ([value, { words }]) =>
        html`<option value="${value}"${value === chosen ? html` selected` : ""}>${words}</option>`,
    );
  return html`<form id="asked" class="filter" role="search" aria-label="Markets" action="/memory">
<label>Market <input type="search" name="search" value="${search}" placeholder="BTC" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<label>Show <select name="only">${options(ONLY, only)}</select></label>
<label>Sorted by <select name="sort">${options(SORT, sort)}</select></label>
<label>Order <select name="dir"><option value="asc">rising</option><option value="desc"${isDescending ? html` selected` : ""}>falling</option></select></label>
<input type="hidden" name="market" value="${market ?? ""}">
<noscript><button>Show</button></noscript>
</form>`;
}
