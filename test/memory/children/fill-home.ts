// `node fill-home.ts HOME`: writes until the store of a home says no, tells what was acknowledged and how it was refused;
// when it is told that there is room again (a line of input), writes once more and reads everything back.

import { once } from "node:events";
import { openStore } from "#memory/stores/open.ts";
import { journalOf } from "#test/support/account.ts";
import { control, DESK, KEY, makeAnalysis, msAfter, options, RUN, STEP_MS } from "../fixtures.ts";

const [, , home = ""] = process.argv;
const say = (word: string, value: unknown) => process.stdout.write(`${word} ${JSON.stringify(value)}\n`);
const store = await openStore({ kind: "pglite", home, owner: "filler" }, options);
const journal = journalOf(store, DESK, RUN);
let acknowledged = 0;

const write = async () => {
  const at = (i: number) => msAfter((20 * acknowledged + i) * STEP_MS);
  await store.analyses.put(
    Array.from({ length: 20 }, (_, i) => makeAnalysis({ asOfMs: at(i) })),
    options,
  );
  await journal.append([control(acknowledged)], options);
  acknowledged += 1;
};

try {
  for (;;) await write();
} catch (error) {
  say("refused", { name: (error as Error).name, message: (error as Error).message, acknowledged });
}
const stillReads = (await journal.read({}, options)).length;
await once(process.stdin, "data");
await write();
const history = await store.analyses.history(KEY, { nowMs: msAfter(1e9 * STEP_MS), limit: 1e9 }, options);
say("after", { stillReads, acknowledged, analyses: history.length, events: (await journal.read({}, options)).length });
await store.close();
process.exit(0);
