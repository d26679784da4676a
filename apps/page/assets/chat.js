// A question → the desk → its answer, piece by piece. What was said stays in this tab until it is closed. Texts are put in as texts;
// markets in them lead to their record.
const talk = document.getElementById("talk");
const form = document.getElementById("question");
const KEPT = "deeptrader-talk";
const MOST_KEPT = 50;
const MARKET = /\b[A-Z0-9]{2,15}\/[A-Z0-9]{2,10}\b/g;

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '{"said":[]}');
kept.conversation ??= `page-${Math.random().toString(36).slice(2, 10)}`;

function keep() {
  kept.said = kept.said.slice(-MOST_KEPT);
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function linkTo(market) {
  const link = element("a", "", market);
  link.href = `/memory?market=${encodeURIComponent(market)}`;
  return link;
}

/** The text, each market in it a link. */
function linked(text) {
  const nodes = [];
  let from = 0;
  for (const { 0: market, index } of text.matchAll(MARKET)) {
    nodes.push(text.slice(from, index), linkTo(market));
    from = index + market.length;
  }
  return [...nodes, text.slice(from)];
}

const utc = (ms) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** `recalled by rules, data of 2026-01-05 12:05 UTC, 0 provider calls, 0 model calls, 1.2 ms` */
function howText({ path, model, asOfMs, work, latencyMs, leftOut }) {
  return [
    model === null ? path : `${path} by ${model}`,
    ...(asOfMs === null ? [] : [`data of ${utc(asOfMs)}`]),
    `${work.providerCalls} provider calls, ${work.modelCalls} model calls`,
    ...(leftOut > 0 ? [`${leftOut} sentences left out by the fact check`] : []),
    `${latencyMs.toFixed(1)} ms`,
  ].join(", ");
}

/** What a model referred to: each with its value, its time, and the way to its record. */
function factsOf(facts) {
  const details = element("details", "facts");
  details.append(element("summary", "", `${facts.length} facts`));
  const list = element("ul", "plain");
  for (const { label, value, unit, currency, market, asOfMs } of facts) {
    const item = element("li", "");
    item.append(`${label}: `, element("span", "num", value === null ? "not known" : `${value} ${currency ?? unit}`));
    if (market !== null) item.append(" · ", linkTo(market));
    if (asOfMs !== null) item.append(element("span", "dim", ` · ${utc(asOfMs)}`));
    list.append(item);
  }
  details.append(list);
  return details;
}

function show({ question, document: answer, problem }) {
  const said = element("article", "said");
  said.append(element("h3", "asked", question));
  const text = element("p", "answer");
  const how = element("p", "dim how");
  said.append(text, how);
  talk.append(said);
  const finish = (whole, failed) => {
    text.classList.toggle("problem", failed !== undefined);
    text.replaceChildren(...linked(failed ?? whole.answer));
    if (failed !== undefined) return;
    how.textContent = howText(whole);
    if (whole.facts.length > 0) said.append(factsOf(whole.facts));
  };
  if (answer !== undefined || problem !== undefined) finish(answer, problem);
  talk.scrollTop = talk.scrollHeight;
  return { text, how, finish };
}

/** Lines of JSON, as they come. */
async function* linesOf(response) {
  let open = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = `${open}${value}`.split("\n");
    open = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

async function answered(question, shown) {
  const response = await fetch("/api/v1/ask", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/x-ndjson" },
    body: JSON.stringify({ question, conversation: kept.conversation }),
  });
  if (!response.ok) throw new Error((await response.json()).error.message);
  for await (const line of linesOf(response)) {
    if (line.error !== undefined) throw new Error(line.error.message);
    if (line.document !== undefined) return line.document;
    shown.text.append(line.shown);
    talk.scrollTop = talk.scrollHeight;
  }
  throw new Error("The answer broke off. Ask again.");
}

async function ask(question) {
  const field = form.elements.question;
  const send = document.getElementById("question-send");
  field.value = "";
  send.disabled = true;
  const shown = show({ question });
  shown.how.textContent = "asking …";
  talk.setAttribute("aria-busy", "true");
  try {
    const document = await answered(question, shown);
    shown.finish(document);
    kept.said.push({ question, document });
  } catch (error) {
    shown.how.textContent = "";
    shown.finish(undefined, error.message);
    kept.said.push({ question, problem: error.message });
  }
  keep();
  talk.removeAttribute("aria-busy");
  talk.scrollTop = talk.scrollHeight;
  send.disabled = false;
  field.focus();
}

for (const said of kept.said) show(said);
keep();
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = form.elements.question.value.trim();
  if (question !== "") ask(question);
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-question]");
  if (button !== null && !document.getElementById("question-send").disabled) ask(button.dataset.question);
});
