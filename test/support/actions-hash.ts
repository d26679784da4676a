// A journal → what `actionsHash` covers: slot, strategy, market and action of every decision other than hold, without quantities.
import { createHash } from "node:crypto";
import type { JournalEvent } from "#schemas/journal.ts";

export const actionLines = (events: readonly JournalEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.type !== "decision" || event.decision.action === "hold") return [];
    const { asOfMs, strategyId, symbol, action } = event.decision;
    return [JSON.stringify([asOfMs, strategyId, symbol, action])];
  });

/** 64 hex digits. */
export const actionsHash = (events: readonly JournalEvent[]): string =>
  createHash("sha256").update(actionLines(events).join("\n")).digest("hex");
