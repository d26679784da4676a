// `node write-storm.ts HOME ROUND`: writes analyses and journal events without end and says the number of each round of
// writes once both are acknowledged.
import { openStore } from "#memory/stores/open.ts";
import { VenueId } from "#schemas/units.ts";
import { control, DESK, makeAnalysis, msAfter, options, RUN, STEP_MS } from "../fixtures.ts";

const [, , home = "", round = ""] = process.argv;
const store = await openStore({ kind: "pglite", home, owner: "storm" }, options);
const journal = store.journal(DESK, RUN);
const venueId = VenueId.parse(`storm:${round}`);
for (let i = 0; ; i++) {
  await store.analyses.put([makeAnalysis({ venueId, asOfMs: msAfter(i * STEP_MS) })], options);
  await journal.append([control(Number(round) * 1e6 + 2 * i), control(Number(round) * 1e6 + 2 * i + 1)], options);
  process.stdout.write(`${i}\n`);
}
