// Floor 6. Research: what was saved of the research bench. A list; one result drawn by its kind; or two backtests side by side.
import { html } from "hono/html";
import { formatTime } from "#desk/documents/format.ts";
import { panel, table } from "../figures.ts";
import type { Asked, Html, Page } from "../page.ts";
import { besideView } from "./research/beside.ts";
import { resultView } from "./research/result.ts";

export const researchPage: Page = {
  path: "/research",
  name: "Research",
  letter: "r",
  heading: ({ query }) => (query["name"] === undefined ? "Research" : `${query["kind"]} ${query["name"]}`),
  parts: { shown },
  // What is shown decides what is framed.
  body: (part) => part("shown"),
};

async function shown(asked: Asked): Promise<Html> {
  return asked.query["name"] === undefined ? list(asked) : one(asked);
}

type Saved = Awaited<ReturnType<typeof savedOf>>[number];
const savedOf = async ({ read }: Asked) => (await read("research list")).results;

export const resultLink = (kind: string, name: string, more: Readonly<Record<string, string>> = {}): string =>
  `/research?${new URLSearchParams({ kind, name, ...more })}`;

async function list(asked: Asked): Promise<Html> {
  const results = await savedOf(asked);
  return panel({
    id: "saved",
    title: "Saved results",
    content: html`${table({
      caption: "Saved results, newest first",
      isCards: true,
      rows: results,
      empty: "Nothing is saved yet.",
      columns: [
        { title: "name", cell: nameCell, isName: true },
        { title: "kind", cell: ({ kind }) => html`<span class="kind">${kind}</span>` },
        { title: "saved (UTC)", cell: ({ savedAtMs }) => html`<span class="num">${formatTime(savedAtMs)}</span>` },
        { title: "result", cell: resultCell },
      ],
    })}<p class="note">Keep a result with <code>--save NAME</code>, as in <code>deeptrader backtest --save my-idea</code>.</p>`,
  });
}

const nameCell = ({ kind, name, problem }: Saved): Html =>
  problem === null ? html`<a href="${resultLink(kind, name)}">${name}</a>` : html`${name}`;

const resultCell = ({ headline, problem, simulated }: Saved): Html =>
  problem === null
    ? html`${simulated === true ? html`<span class="mark warn">SIMULATED</span> ` : ""}${headline}`
    : html`<span class="warn">${problem}</span>`;

async function one(asked: Asked): Promise<Html> {
  const { kind = "", name = "", beside } = asked.query;
  const result = await asked.read("research show", { args: [kind, name] });
  const others = (await savedOf(asked)).filter(
    (other) => other.kind === "backtest" && other.name !== name && other.problem === null,
  );
  const back = html`<p class="steps"><a href="/research">← all results</a>${beside === undefined ? "" : html` <a href="${resultLink(kind, name)}">${name} alone</a>`}</p>`;
  const about = html`${back}<p class="note">Saved ${formatTime(result.savedAtMs)} UTC${result.command === "" ? "" : html` by <code>${result.command}</code>`}${result.result["simulated"] === true ? html` <span class="mark warn">SIMULATED</span>` : ""}</p>`;
  if (beside !== undefined && kind === "backtest") {
    const other = await asked.read("research show", { args: ["backtest", beside] });
    return html`${about}${besideView(result, other)}`;
  }
  const choose =
    kind !== "backtest" || others.length === 0
      ? ""
      : html`<form class="filter" action="/research"><input type="hidden" name="kind" value="backtest"><input type="hidden" name="name" value="${name}">
<label>Beside <select name="beside">${others.map((other) => html`<option>${other.name}</option>`)}</select></label><button class="quiet">Compare</button></form>`;
  return html`${about}${choose}${resultView(result, asked.query)}`;
}
