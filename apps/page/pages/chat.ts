// Floor 6. Chat: a question, and the answer as it comes; its figures lead to the records they were read from, and what it proposes is
// answered beside it.
import { html } from "hono/html";
import { EXAMPLES } from "../../chat-examples.ts";
import { panel } from "../figures.ts";
import type { Page } from "../page.ts";
import { approvals } from "./desk/approvals.ts";

export const chatPage: Page = {
  path: "/chat",
  name: "Chat",
  letter: "c",
  parts: { approvals },
  modules: ["chat.js"],
  body: (part, { scope, about }) => html`<div class="grid">
<section class="panel span-8 wide-8 chat" aria-labelledby="talk-title">
<h2 id="talk-title">Questions and answers</h2>
<div id="talk" class="talk" role="log" aria-label="Questions and answers" tabindex="0" data-simulated="${String(about.simulated)}"></div>
${
  scope === "act"
    ? html`<form id="question" class="question">
<label class="unseen" for="question-text">Your question</label>
<input id="question-text" type="text" name="question" maxlength="2000" autocomplete="off" required placeholder="which are oversold?">
<button id="question-send">Ask</button>
</form>`
    : html`<p class="note">This browser may only look; a question may cost something.</p>`
}
</section>
<div class="stack span-4 wide-4">
${panel({ id: "approvals", title: "Waiting for your answer", content: part("approvals") })}
<section class="panel" aria-labelledby="examples-title"><h2 id="examples-title">What can be asked</h2>
<ul class="plain">${EXAMPLES.map(
    (question) =>
      html`<li>${scope === "act" ? html`<button type="button" class="quiet small" data-question="${question}">${question}</button>` : question}</li>`,
  )}</ul>
<p class="note">A follow-up goes on from the answer before: “and on 1h?”, “and ETH?”. Figures are the desk's own; a model chooses none.</p>
</section>
</div>
</div>`,
};
