// Floor 6. Questions that models answered: which there were, and one of them whole. What a model wrote comes with its figures hidden.
import { html } from "hono/html";
import { formatTime } from "#desk/documents/format.ts";
import type { ThoughtAttempt } from "#schemas/thought.ts";
import { callsText, droppedText, endText, gotOf, inputText, spanName, TALK_ENDS } from "../../../text/thought-text.ts";
import { fact, table, timeUtc } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

const QUESTIONS = 20;

const count = (value: number): string => value.toLocaleString("en-US");

export async function asked({ read, query }: Asked): Promise<Html> {
  const { thoughts } = await read("thoughts list", { flags: { limit: String(QUESTIONS) } });
  return table({
    caption: "Questions that models were asked, newest first",
    isCards: true,
    rows: thoughts,
    idOf: ({ id }) => `asked-${id}`,
    empty: "No model was asked yet in this run.",
    columns: [
      {
        title: "asked",
        cell: ({ id, question }) =>
          html`<a href="/thoughts?thought=${id}#thought-title"${id === query["thought"] ? html` aria-current="true"` : ""}>${question}</a>`,
        isName: true,
      },
      { title: "time (UTC)", cell: ({ atMs }) => formatTime(atMs) },
      { title: "came to", cell: ({ status, model }) => (status === "answered" ? `by ${model}` : TALK_ENDS[status]) },
      { title: "reads", cell: ({ reads }) => count(reads), isNumber: true },
      { title: "left out", cell: ({ leftOut }) => count(leftOut), isNumber: true },
      { title: "tokens", cell: ({ inputTokens, outputTokens }) => count(inputTokens + outputTokens), isNumber: true },
    ],
  });
}

export async function thought({ read, query }: Asked): Promise<Html> {
  const { thought: id } = query;
  if (id === undefined || id === "")
    return html`<p class="empty">Choose a question to see what was read, written and left out.</p>`;
  const shown = await read("thoughts show", { args: [id] });
  const { question, atMs, conversation, status, model, why, instructions, lexicon, attempts, stood, facts } = shown;
  return html`<p class="words"><strong>${question}</strong></p>
<dl class="facts">
${fact("Asked", html`${timeUtc(atMs)}${conversation === null ? "" : `, conversation ${conversation}`}`)}
${fact("Came to", `${status === "answered" ? `an answer by ${model}` : TALK_ENDS[status]}${why === null ? "" : ` (${why})`}`)}
${fact("Model calls", callsText(shown))}
${fact("Instructions", html`<code>${instructions}</code>, word lists ${lexicon === "" ? "not kept" : html`<code>${lexicon}</code>`}`)}
</dl>
<h3>What stood up to the facts</h3>
<p class="words">${stood === "" ? "Nothing." : stood}</p>
${attempts.map(attemptView)}
${facts.length === 0 ? "" : html`<details id="thought-facts"><summary>The facts at hand (${facts.length})</summary><ul class="list">${facts.map((line) => html`<li>${line}</li>`)}</ul></details>`}`;
}

function attemptView(attempt: ThoughtAttempt, at: number): Html {
  const { model, draft, dropped, uses, spans } = attempt;
  return html`<h3>Draft ${at + 1} by ${model}: ${endText(attempt)}</h3>
${draft === "" ? "" : html`<p class="note">Unchecked, in the model's words, its figures hidden:</p><blockquote class="draft">${draft}</blockquote>`}
${dropped.length === 0 ? html`<p class="dim">Nothing was left out.</p>` : html`<p>Left out:</p><ul class="points">${dropped.map((one) => html`<li>${droppedText(one)}</li>`)}</ul>`}
${table({
  caption: `What draft ${at + 1} read`,
  rows: uses,
  empty: "It read nothing.",
  columns: [
    { title: "read", cell: ({ tool }) => tool, isName: true },
    { title: "asked with", cell: (use) => inputText(use) },
    { title: "got", cell: (use) => gotOf(use) },
  ],
})}
${
  spans.length === 0
    ? ""
    : html`<details id="thought-times-${at}"><summary>What it took, in milliseconds</summary>${table({
        caption: `What draft ${at + 1} took`,
        rows: spans,
        empty: "",
        columns: [
          { title: "what", cell: (span) => spanName(span), isName: true },
          { title: "from ms", cell: ({ startMs }) => startMs.toFixed(0), isNumber: true },
          { title: "for ms", cell: ({ durationMs }) => durationMs.toFixed(0), isNumber: true },
          {
            title: "tokens in",
            cell: ({ inputTokens }) => (inputTokens === null ? "" : count(inputTokens)),
            isNumber: true,
          },
          {
            title: "out",
            cell: ({ outputTokens }) => (outputTokens === null ? "" : count(outputTokens)),
            isNumber: true,
          },
          { title: "ended", cell: ({ failed }) => (failed ? "failed" : "") },
        ],
      })}</details>`
}`;
}
