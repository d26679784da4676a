// Floor 6. What models judged asleep: whether that is switched on, what stands of it, how right each role was.
import { html } from "hono/html";
import { formatPct, formatTime } from "#desk/documents/format.ts";
import { DEBATE_ROLES, LEAST_FOR_INTERVAL } from "#desk/judgement/scores.ts";
import { debatesSection } from "../../../text/debates-text.ts";
import { briefsSection } from "../../../text/judgement-section.ts";
import { marketLink, table } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";
import { BRIEFS_ARE, briefList, tokensText } from "./brief-view.ts";
import { debateList } from "./debate-view.ts";
import { planTable } from "./plan-view.ts";

/** Newest of each list. */
const DEBATES = 10;
const PLANS = 12;
const LESSONS = 12;

/** Nothing where a model writes asleep, and answers. */
export async function switchedOff({ read }: Asked): Promise<Html> {
  const { model, budgetToday } = await read("report");
  const bought = budgetToday.byKind.filter(({ tokens }) => tokens > 0).map(({ kind }) => `${kind}s`);
  if (bought.length > 0) return html`<p class="dim">Asleep a model writes ${bought.join(", ")}.</p>`;
  return html`<p class="dim">No model writes asleep${model === "rules" ? ", and none answers" : ""}: analyses, levels, digests and answers ahead are made by code alone. Briefs, debates, plans and condensed lessons begin when DEEPTRADER_MODEL and their tokens are set: docs/agents.md.</p>`;
}

export async function scores({ read }: Asked): Promise<Html> {
  const { judgement } = await read("report");
  const { debates } = judgement;
  const { roles, baseRateBrier, n } = debates.scores;
  const briefs = briefsSection(judgement);
  const heldNotes = debatesSection(debates).notes;
  const brier = (cases: number, value: number | null): string =>
    value === null ? "–" : cases < LEAST_FOR_INTERVAL ? "too few outcomes" : value.toFixed(3);
  return html`${table({
    caption: "Scores of roles",
    rows:
      heldNotes.length === 0
        ? []
        : [
            ...DEBATE_ROLES.map((name) => ({
              name: String(name),
              cases: roles[name].n,
              brier: roles[name].brier,
              interval: roles[name].interval,
            })),
            { name: "base rate", cases: n, brier: baseRateBrier, interval: null },
          ],
    empty: "No debate was held in this run: there is nothing to score.",
    columns: [
      { title: "role", cell: ({ name }) => name, isName: true },
      { title: "outcomes", cell: ({ cases }) => String(cases), isNumber: true },
      { title: "Brier score", cell: ({ cases, brier: value }) => brier(cases, value), isNumber: true },
      {
        title: "95 %",
        cell: ({ interval }) => (interval === null ? "–" : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`),
        isNumber: true,
      },
    ],
  })}
${heldNotes.map((note) => html`<p class="note">${note}</p>`)}
${
  briefs.rows.length === 0
    ? ""
    : html`<h3>Briefs, and answers made ahead from them</h3>${table({
        caption: "Briefs, and answers made ahead from them",
        rows: briefs.rows,
        empty: "",
        columns: briefs.columns.map((title, at) => ({
          title,
          cell: (row: readonly string[]) => row[at] ?? "",
          isName: at === 0,
          isNumber: at > 0,
        })),
      })}
${briefs.notes.map((note) => html`<p class="note">${note}</p>`)}`
}`;
}

export async function briefs({ read }: Asked): Promise<Html> {
  const { briefs: all, quarantined } = await read("brief show");
  return html`${quarantined ? html`<p class="problem">Under quarantine: one was found wrong. <code>npx deeptrader brief lift</code> ends it.</p>` : ""}
${all.length === 0 ? html`<p class="empty">There are no briefs. ${BRIEFS_ARE}</p>` : briefList(all)}`;
}

export async function debates({ read }: Asked): Promise<Html> {
  const { debates: shown, recent, quarantined, nowMs } = await read("debates", { flags: { limit: String(DEBATES) } });
  return html`${quarantined ? html`<p class="problem">Under quarantine: none is used or held (docs/agents.md).</p>` : ""}
${shown.length === 0 ? html`<p class="empty">Nothing was debated in this run.</p>` : debateList(shown, nowMs)}
${recent > shown.length ? html`<p class="note">${shown.length} of the ${recent} newest.</p>` : ""}`;
}

export async function plans({ read }: Asked): Promise<Html> {
  const { plans: shown, made } = await read("plans", { flags: { limit: String(PLANS) } });
  if (shown.length === 0)
    return html`<p class="empty">No plan was made in this run. They are for the strategy <code>planned</code>.</p>`;
  return html`${planTable(shown)}${made > shown.length ? html`<p class="note">${shown.length} of ${made}.</p>` : ""}`;
}

export async function lessons({ read }: Asked): Promise<Html> {
  const { condensed, versions, trades, dated } = await read("lessons", { flags: { limit: String(LESSONS) } });
  if (trades === 0) return html`<p class="empty">No trade has closed in this run: there is no lesson yet.</p>`;
  const list =
    condensed === null
      ? html`<p class="empty">Nothing is condensed yet; a model does that once a week.</p>`
      : html`<p class="dim">Version ${condensed.version} of ${versions.length}, ${formatTime(condensed.madeAtMs)} UTC, by ${condensed.author.model}, ${tokensText(condensed.author)}</p>
<ul class="points">${condensed.lessons.map(
          ({ text, sampleSize, scope }) =>
            html`<li>${text ?? "(does not stand up to its facts)"} <span class="dim">(${sampleSize} ${sampleSize === 1 ? "trade" : "trades"}${[scope.symbol, scope.strategyId].flatMap((part) => (part === null ? [] : [`, ${part}`])).join("")})</span></li>`,
        )}</ul>`;
  return html`${list}
${table({
  caption: "What trades came to, newest first",
  rows: dated,
  idOf: ({ tradeId }) => `lesson-${tradeId}`,
  empty: "",
  columns: [
    { title: "market", cell: ({ symbol }) => marketLink(symbol), isName: true },
    { title: "ended (UTC)", cell: ({ closedAtMs }) => formatTime(closedAtMs) },
    { title: "strategy", cell: ({ strategyId }) => strategyId },
    { title: "strength", cell: ({ expected }) => expected?.strength.toFixed(2) ?? "–", isNumber: true },
    { title: "probability", cell: ({ expected }) => expected?.debate?.probability?.toFixed(2) ?? "–", isNumber: true },
    { title: "left by", cell: ({ came }) => came.exitRole },
    { title: "result", cell: ({ came }) => formatPct(came.returnPct), isNumber: true },
    { title: "R", cell: ({ came }) => came.rMultiple?.toFixed(2) ?? "–", isNumber: true },
  ],
})}
${trades > dated.length ? html`<p class="note">${dated.length} of ${trades} trades.</p>` : ""}`;
}
