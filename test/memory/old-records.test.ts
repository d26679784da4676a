import { describe, expect, it } from "vitest";
import { ANALYSIS_SCHEMA_VERSION } from "#schemas/analysis.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { JournalEvent } from "#schemas/journal.ts";
import { TOPIC_SCHEMA_VERSION, TopicKind } from "#schemas/topic.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { decode, nameOf, RECORDS, read, type StoredRecord, textOf, withText, write } from "./records.ts";

const each = RECORDS.map((record) => [record.name, record] as const);

const memberOf = (record: StoredRecord): Readonly<Record<string, unknown>> => JSON.parse(textOf(record));

/** Ends unless it is refused by name. */
function refusal(record: StoredRecord): string {
  try {
    decode(record);
  } catch (error) {
    if (!(error instanceof RecordVersionError)) throw error;
    for (const part of nameOf(record)) expect(error.message).toContain(part);
    return error.message;
  }
  return expect.fail(`${record.name} was read: ${textOf(record).slice(0, 200)}`);
}

describe("stored records", () => {
  it("are kept of every kind, every event and every schema version that this program writes", () => {
    const names = RECORDS.map(({ name }) => name);
    const starts = [
      ...Array.from({ length: ANALYSIS_SCHEMA_VERSION }, (_, i) => `analysis-v${i + 1}-`),
      ...Array.from({ length: TOPIC_SCHEMA_VERSION }, (_, i) =>
        TopicKind.options.map((kind) => `topic-v${i + 1}-${kind}`),
      ).flat(),
      ...JournalEvent.out.options.map((option) => `journal-event-v1-${option.shape.type.value}`),
      ...["ledger-entry-v1-", "security-report-v1-", "run-result-v1-"],
    ];
    for (const start of starts)
      expect(
        names.filter((name) => name.startsWith(start)),
        start,
      ).not.toEqual([]);
  });

  it.each(each)("of %s mean what they meant when they were written", (_, record) => {
    expect(decode(record)).toEqual(record.means);
  });

  it.each(each)("of %s are found in a store in memory as they are written today", async (_, record) => {
    const store = createMemoryStore();
    await write(store, record);
    expect(await read(store, record)).toEqual(record.means);
  });

  it.each(each)("of %s are refused by name and version where that is another", (_, record) => {
    const current = record.table === "analyses" ? ANALYSIS_SCHEMA_VERSION : 1;
    for (const version of [0, current + 1, 1.5, "1", null, [1]]) {
      const other = withText(record, JSON.stringify({ ...memberOf(record), schemaVersion: version }));
      expect(refusal(other)).toContain(`has schema version ${JSON.stringify(version)}. Expected version ${current}.`);
    }
  });

  it.each(each)("of %s are refused wherever they are torn", (_, record) => {
    const text = textOf(record);
    for (let end = 0; end < text.length; end++)
      expect(refusal(withText(record, text.slice(0, end)))).toContain("it is no JSON");
  });

  it.each(each.filter(([, { table }]) => table !== "runs"))(
    "of %s are refused when they are no record at all",
    (_, record) => {
      for (const text of ["null", "7", '"text"', "[]", "{}"]) refusal(withText(record, text));
    },
  );

  // The body of a topic and the result of a run belong to whoever wrote them; the table, not the text, says when an
  // analysis was checked last.
  // Up to version 3 an analysis held a strategy's opinion, which is not read any more.
  const OPEN = new Set(["topics body", "analyses checkedThroughMs", "analyses signal", "analyses triggers"]);
  // Rows of earlier versions have none: they mean the first strategy, the whole desk, the operator, a difference that stands, or no trend.
  const MAY_BE_LOST = new Set(["strategyId", "by", "nth", "settled"].map((name) => `journal ${name}`)).add(
    "analyses trend",
  );

  it.each(each.filter(([, { table }]) => table !== "runs"))(
    "of %s are refused when a member is lost or of another type",
    (_, record) => {
      const members = memberOf(record);
      for (const [member, value] of Object.entries(members)) {
        if (member === "schemaVersion" || OPEN.has(`${record.table} ${member}`)) continue;
        const { [member]: _lost, ...others } = members;
        if (!MAY_BE_LOST.has(`${record.table} ${member}`)) refusal(withText(record, JSON.stringify(others)));
        const wrong = [{ wrong: true }, [{ wrong: true }], typeof value === "string" ? 7 : "wrong"];
        for (const each of wrong) refusal(withText(record, JSON.stringify({ ...members, [member]: each })));
      }
    },
  );

  it("of a topic are refused in another room than they were written in", () => {
    const answer = RECORDS.find(({ name }) => name === "topic-v1-answer");
    if (answer === undefined) throw new Error("no answer");
    const inRoom = (column: string, value: string) => ({ ...answer, row: { ...answer.row, [column]: value } });
    for (const [column, value] of [
      ["desk_id", "other"],
      ["desk_id", ""],
      ["kind", "question"],
      ["topic", "rsi"],
    ] as const) {
      expect(() => decode(inRoom(column, value))).toThrow(RecordVersionError);
    }
  });
});
