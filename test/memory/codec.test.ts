import { describe, expect, it } from "vitest";
import { decodeAnalysis, decodeEvent } from "#memory/stores/codec.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { control, KEY, makeAnalysis, msAfter } from "./fixtures.ts";

const row = (record: string) => ({
  record,
  revision: 1,
  checkedThroughMs: msAfter(5),
  epoch: 0,
  keyEpoch: 0,
  reason: null,
  detail: null,
});

describe("decodeAnalysis", () => {
  it("reads what was written, with the check that was noted since", () => {
    const analysis = makeAnalysis();
    expect(decodeAnalysis(row(JSON.stringify(analysis)), KEY).record).toEqual({
      ...analysis,
      checkedThroughMs: msAfter(5),
    });
  });

  it("refuses a record of another schema version by name", () => {
    const old = { ...makeAnalysis(), schemaVersion: 0 };
    expect(() => decodeAnalysis(row(JSON.stringify(old)), KEY)).toThrow(RecordVersionError);
    expect(() => decodeAnalysis(row(JSON.stringify(old)), KEY)).toThrow(
      /of BTC\/USDT 5m \(sim:1\) has schema version 0\. Expected version 4/,
    );
  });

  it.each([
    ["torn text", JSON.stringify(makeAnalysis()).slice(0, -20)],
    ["a lost field", JSON.stringify({ ...makeAnalysis(), price: undefined })],
    ["no record at all", "null"],
    ["the record of another key", JSON.stringify(makeAnalysis({ timeframe: "1h" }))],
  ])("refuses %s instead of reading it as something else", (_, text) => {
    expect(() => decodeAnalysis(row(text), KEY)).toThrow(RecordVersionError);
  });
});

describe("decodeEvent", () => {
  it("refuses an event of an unknown kind, naming its id", () => {
    const text = JSON.stringify({ ...control(1), type: "telegram" });
    expect(() => decodeEvent(text, "control:pause:1")).toThrow(/journal event control:pause:1/);
  });
});
