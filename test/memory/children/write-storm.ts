// `node write-storm.ts HOME ACKNOWLEDGED`: looks whether everything the side file ACKNOWLEDGED names is in the home, once,
// and says so; then writes without end, appending to the side file whatever the store has acknowledged.

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { openStore } from "#memory/stores/open.ts";
import { journalOf } from "#test/support/account.ts";
import { control, DESK, KEY, makeAnalysis, msAfter, options, RUN, STEP_MS } from "../fixtures.ts";

const [, , home = "", sideFile = ""] = process.argv;
const say = (text: string) => process.stdout.write(`${text}\n`);

const startMs = performance.now();
const store = await openStore({ kind: "pglite", home, owner: "storm" }, options);
const openMs = performance.now() - startMs;
const journal = journalOf(store, DESK, RUN);

const facts = existsSync(sideFile) ? readFileSync(sideFile, "utf8").split("\n").filter(Boolean) : [];
const history = await store.analyses.history(KEY, { nowMs: msAfter(1e9 * STEP_MS), limit: 1e9 }, options);
const rows = await journal.read({}, options);
const kept = [...history.map(({ record }) => record.id), ...rows.map(({ eventId }) => eventId)];
const present = new Set(kept);
const lost = facts.filter((fact) => !present.has(fact)).length;
say(`checked ${JSON.stringify({ facts: facts.length, lost, twice: kept.length - present.size, openMs })}`);

const first = 1 + Math.max(history.length, rows.length);
for (let i = first; ; i++) {
  // One row, many rows in one statement, and an append of several events.
  const single = makeAnalysis({ asOfMs: msAfter(10 * i * STEP_MS) });
  const many = Array.from({ length: 9 }, (_, j) => makeAnalysis({ asOfMs: msAfter((10 * i + j + 1) * STEP_MS) }));
  const events = [control(2 * i), control(2 * i + 1)];
  await store.analyses.put([single], options);
  acknowledge([single.id]);
  await store.analyses.put(many, options);
  acknowledge(many.map(({ id }) => id));
  await journal.append(events, options);
  acknowledge(events.map((event) => `control:pause:${event.atMs}`));
  say(`wrote ${1 + i - first}`);
}

function acknowledge(ids: readonly string[]): void {
  appendFileSync(sideFile, ids.map((id) => `${id}\n`).join(""));
}
