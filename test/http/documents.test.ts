// Every command's document is what its schema says: no member that is not described, and none described that no desk ever shows.
import { beforeAll, describe, expect, it } from "vitest";
import { DESK_COMMANDS } from "#apps/desk-commands.ts";
import { documentSchemaOf } from "#apps/document-schema.ts";
import { NumberedEvent } from "#schemas/journal.ts";
import { faultsOf, membersOf, type Seen } from "#test/support/check-document.ts";
import { everyDocument, type Said } from "./every-document.ts";

const schemas = new Map(DESK_COMMANDS.map((command) => [command.name, documentSchemaOf(command)]));
/** Members that no desk of this test shows, and why not. */
const NEVER_SEEN_HERE: Readonly<Record<string, string>> = {
  ".notes[].":
    "candles out of all proportion are made by no simulated venue; test/desk/bad-tick.test.ts parses their analyses",
  "close.positions[].fills[].":
    "paper in simulation fills at the next candle; at an exchange's quotes it fills at once",
  "asleep.pieces[].worth.":
    "what is weighed is made between slots of a desk that was asked often; test/desk/asleep-report.test.ts has it",
  ".alert.severity":
    "of a held token that has changed, which no simulated one does; test/desk/watch/held-token.test.ts",
  ".security.implementation": "of proxies that a source on the network has seen",
  "signal.tag": "no strategy that ships tags its trades; test/scheduler/trade-tags.test.ts",
  "signals[].tag": "likewise",
  "decision.tag": "likewise",
  "report.edges[].": "an edge is judged once a day, and this desk is younger; test/desk/revalidation/",
  "report.rulePrices.rules[].notPriced[].":
    "all that a young desk refused can be followed; test/scheduler/desk-rule-prices.test.ts has what cannot",
  "status.owner.":
    "nobody else can own a desk of an embedded store; test/apps/stand-by.test.ts and test/memory/standby.slow.test.ts",
  "report.leftOut.candles.": "a running desk keeps no count of candles: backtests alone do",
};

let said: readonly Said[];
let rows: readonly unknown[];

beforeAll(async () => {
  ({ said, rows } = await everyDocument());
}, 300_000);

describe("the documents of every command", () => {
  it("were seen, of each command at least one", () => {
    const seen = new Set(said.map(({ command }) => command));
    expect(DESK_COMMANDS.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });

  it("have no member that their schema does not name, and lack none that it does", () => {
    const faults = said.flatMap(({ command, document }) => {
      const schema = schemas.get(command);
      return schema === undefined ? [`${command} has no schema`] : faultsOf(schema, document, new Map(), command);
    });
    expect(faults).toEqual([]);
  });

  it("are accepted as a whole", () => {
    const refused = said.flatMap(({ command, document }) => schemas.get(command)?.safeParse(document).error ?? []);
    expect(refused).toEqual([]);
  });

  it("are described by no member that was never seen", () => {
    const seen: Seen = new Map();
    const unseen: string[] = [];
    for (const { command, document } of said) {
      const schema = schemas.get(command);
      if (schema !== undefined) faultsOf(schema, document, seen, command);
    }
    for (const [command, schema] of schemas)
      for (const [def, members] of membersOf(schema, command))
        for (const [key, path] of members) if (seen.get(def)?.has(key) !== true) unseen.push(path);
    const left = unseen.filter((path) => !Object.keys(NEVER_SEEN_HERE).some((end) => path.includes(end)));
    expect([...new Set(left)].sort()).toEqual([]);
    // Nothing stands on the list that is seen by now.
    expect(Object.keys(NEVER_SEEN_HERE).filter((end) => !unseen.some((path) => path.includes(end)))).toEqual([]);
  });

  it("and the rows of the feed have the schema of the journal's", () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.flatMap((row) => faultsOf(NumberedEvent, row, new Map(), "row"))).toEqual([]);
  });
});
