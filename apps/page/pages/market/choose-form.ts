// Floor 6. The field that a market is chosen by.
import { html } from "hono/html";
import type { Html } from "../../page.ts";

interface Choose {
  /** Settlement currency: what a name alone is taken to be quoted in. */
  readonly quote: string;
  readonly search: string;
  /** True on the page that lists what fits: the list follows what is typed. */
  readonly isHere?: boolean;
}

export const chooseForm = ({ quote, search, isHere = false }: Choose): Html =>
  html`<form class="filter" role="search" aria-label="Choose a market" action="/market" data-quote="${quote}"${isHere ? html` id="asked"` : html` id="choose"`}>
<input type="search" aria-label="Market" name="search" value="${search}" placeholder="BTC" autocomplete="off" spellcheck="false" maxlength="60" aria-keyshortcuts="/">
<button class="quiet">Open market</button>${isHere ? "" : html`<a href="/market">All markets</a>`}
</form>`;
