import { describe, expect, it } from "vitest";
import { debateRows, debatesSection } from "#apps/text/debates-text.ts";
import { DebateBook } from "#desk/judgement/debate-book.ts";
import { debatesReport } from "#desk/judgement/scores.ts";
import type { EntryOutcome } from "#schemas/debate.ts";
import type { Money } from "#schemas/money.ts";
import { aDebate } from "#test/agents/debate/a-debate.ts";
import { AS_OF_MS } from "#test/agents/debate/an-analysis.ts";

function bookOf(outcomes: readonly EntryOutcome[]): DebateBook {
  const book = new DebateBook();
  for (const [index, outcome] of outcomes.entries()) {
    const debate = aDebate({ debateId: `d${index}`, verdict: "veto", sizeRatio: 0 });
    book.take({ type: "debate", atMs: AS_OF_MS, debate });
    const known = { debateId: debate.debateId, decisionId: "d", asOfMs: AS_OF_MS, met: "vetoed", outcome } as const;
    const saved = (outcome === "stop" ? "20" : "-40") as Money;
    book.settled.push({ debate, outcome: { ...known, pnl: (outcome === "stop" ? "-20" : "40") as Money, saved } });
  }
  return book;
}

describe("debates in words", () => {
  it("say each role's score, on how many outcomes it rests, and the base rate beside it", () => {
    const { rows, notes } = debatesSection(debatesReport(bookOf(["stop", "target", "stop", "stop"])));
    // Bull 0.6, bear 0.3, judge 0.4; one of four reached its target.
    expect(rows).toEqual([
      ["bull", "4", "0.310", "–", "0.6–0.8: 1 of 4"],
      ["bear", "4", "0.190", "–", "0.2–0.4: 1 of 4"],
      ["judge", "4", "0.210", "–", "0.4–0.6: 1 of 4"],
      ["base rate", "4", "0.188", "–", "1 of 4"],
    ]);
    expect(notes.join(" ")).toContain("4 held: 0 agree, 0 shrink, 4 veto; 0 met an entry whose end is not known yet.");
    expect(notes.join(" ")).toMatch(/Vetoes: 4 met an entry; saved 60\S*, cost 40\S*, net 20/);
  });

  it("give an interval from thirty outcomes on", () => {
    const { rows } = debatesSection(
      debatesReport(bookOf(Array.from({ length: 30 }, (_, i) => (i % 3 ? "stop" : "target")))),
    );
    expect(rows[0]?.[3]).toMatch(/^0\.\d{3} to 0\.\d{3}$/);
    expect(rows[3]?.[3]).toBe("–");
  });

  it("are left out of a report without any, and of a backtest without a model", () => {
    expect(debatesSection(debatesReport(new DebateBook())).rows).toEqual([]);
    expect(debateRows(null, "USDT")).toEqual([]);
    expect(debateRows(debatesReport(bookOf(["stop"])), "USDT").map(([name]) => name)).toEqual([
      "debates held",
      "vetoes",
      "shrinks",
      "Brier scores",
    ]);
  });
});
