// Floor 6. The newest lines of the journal, in the words of the terminal.
import { html } from "hono/html";
import { formatClock } from "#desk/documents/format.ts";
import { journalLine } from "#desk/documents/journal-line.ts";
import type { Asked, Html } from "../../page.ts";

const LINES = 14;

export async function journal({ read }: Asked): Promise<Html> {
  const { events, strategies } = await read("journal", { flags: { limit: LINES } });
  if (events.length === 0) return html`<p class="empty">The journal is empty.</p>`;
  return html`<ol class="journal" reversed>${events.toReversed().map(
    (
      event,
    ) => html`<li id="journal-${event.seq}"><time datetime="${new Date(event.atMs).toISOString()}">${formatClock(event.atMs)}</time>
<span class="kind">${event.type}</span> <span>${journalLine(event, strategies)}</span></li>`,
  )}</ol>`;
}
