// Floor 6. Thoughts: what was made while nobody asked and what it earned, what models judged and how right they were, and how they
// came to their answers.
import { html } from "hono/html";
import { panel } from "../figures.ts";
import type { Page } from "../page.ts";
import { asked, thought } from "./thoughts/asked.ts";
import { asleep } from "./thoughts/asleep.ts";
import { briefs, debates, lessons, plans, scores, switchedOff } from "./thoughts/judged.ts";

export const thoughtsPage: Page = {
  path: "/thoughts",
  name: "Thoughts",
  letter: "t",
  parts: { judging: switchedOff, asleep, scores, briefs, debates, plans, lessons, asked, thought },
  beside: "judging",
  body: (part) => html`<div class="grid">
${panel({ id: "asleep", title: "Made asleep", place: "wide-8", content: part("asleep") })}
${panel({ id: "scores", title: "How right, and what it cost", place: "wide-4", content: part("scores") })}
${panel({ id: "briefs", title: "Briefs", place: "span-6 wide-4", content: part("briefs") })}
${panel({ id: "debates", title: "Debates", place: "span-6 wide-4", content: part("debates") })}
${panel({ id: "plans", title: "Plans", place: "wide-4", content: part("plans") })}
${panel({ id: "lessons", title: "Lessons", place: "span-6 wide-4", content: part("lessons") })}
${panel({ id: "asked", title: "Questions that models answered", place: "span-6 wide-4", content: part("asked") })}
${panel({ id: "thought", title: "One question", place: "wide-4", content: part("thought") })}
</div>`,
};
