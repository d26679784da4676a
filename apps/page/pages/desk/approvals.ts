// Floor 6. What was proposed and waits for a person's word, shown exactly as it would be done.
import { html } from "hono/html";
import { formatAge, formatClock } from "#desk/documents/format.ts";
import type { Proposal } from "#schemas/act.ts";
import { actButton } from "../../act-button.ts";
import type { Asked, Html } from "../../page.ts";

export async function approvals(asked: Asked): Promise<Html> {
  const { open, ended, nowMs } = await asked.read("approvals list");
  return html`${open.length === 0 ? html`<p class="empty">Nothing waits for an answer.</p>` : html`<ul class="list">${open.map((one) => proposalItem(asked, one, nowMs))}</ul>`}
${
  ended.length === 0
    ? ""
    : html`<details id="approvals-ended"><summary>Answered before</summary><ul class="list">${ended
        .toReversed()
        .map(
          ({ end }) =>
            html`<li>${end.proposalId} ${end.outcome} by ${end.by}${end.reason === "" ? "" : `: ${end.reason}`} <span class="dim">${formatClock(end.atMs)} UTC</span></li>`,
        )}</ul></details>`
}`;
}

function proposalItem(asked: Asked, { proposalId, lines, madeBy, atMs, expiresAtMs }: Proposal, nowMs: number): Html {
  const says = lines.join(" ");
  return html`<li id="proposal-${proposalId}">
<p><strong>${proposalId}</strong> <span class="dim">by ${madeBy}, ${formatAge(nowMs - atMs)} ago, until ${formatClock(expiresAtMs)} UTC</span></p>
${lines.map((line) => html`<p>${line}</p>`)}
<div class="buttons">
${actButton(asked, { command: "approvals approve", body: { id: proposalId }, label: "Approve", title: `Approve ${proposalId}?`, says, verb: "Approve", isSmall: true })}
${actButton(asked, { command: "approvals refuse", body: { id: proposalId }, label: "Refuse", title: `Refuse ${proposalId}?`, says: `Nothing is done. Proposed was: ${says}`, verb: "Refuse", tone: "quiet", isSmall: true, hasReason: true })}
</div></li>`;
}
