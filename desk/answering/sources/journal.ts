// Floor 4. The source `journal`: what was decided, refused, ordered and filled, newest first, in the words of that moment. Nothing is
// derived anew.
import { z } from "zod";
import { factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { HOUR_MS } from "#schemas/units.ts";
import { journalLine } from "../../documents/journal-line.ts";
import { strategyIdsOf } from "../../documents/strategy-names.ts";
import { isAbout, readAbout } from "../views/why.ts";
import { boundedFacts, factsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { Limit, type SourceDesk, until } from "./source-desk.ts";
import { statement } from "./statement.ts";

export const journalSource = (open: SourceDesk) =>
  factSource({
    id: "journal",
    description:
      "What the desk decided, refused, ordered and filled, newest first, with the reasons of that moment. Use it for why it did, or did not, buy or sell; `done: refused` for what the risk rules stopped.",
    input: z.object({
      asset: Asset.optional(),
      hours: z.int().min(1).max(8760).optional(),
      side: z.enum(["buy", "sell"]).optional(),
      done: z.enum(["all", "acted", "refused"]).default("all"),
      limit: Limit,
    }),
    read: async ({ asset, hours, side = null, done, limit }, run, options) => {
      const symbol = asset === undefined ? null : marketOf(open, asset);
      const sinceMs = hours === undefined ? 0 : run.nowMs - hours * HOUR_MS;
      const rows = (await readAbout(until(open, run.nowMs), symbol, options))
        .filter(({ event }) => event.atMs >= sinceMs && isAbout(event, symbol, side) && isDone(event, done))
        .toReversed();
      const refused = rows.filter(({ event }) => event.type === "refusal").length;
      const shared = { asOfMs: run.nowMs, recordId: "journal", ...(symbol === null ? {} : { market: symbol }) };
      const make = factsOf({ ...shared, window: hours === undefined ? null : `${hours}h` });
      if (rows.length === 0) return [statement("nothing-journaled", run.language)];
      const ids = strategyIdsOf(open.desk);
      return [
        make.count("count-refusals", refused, "refusals by the risk rules among these events"),
        ...boundedFacts(rows, limit, { kind: "count", what: "events", shared }, (row) => rowFacts(row, ids)),
      ];
    },
  });

const isDone = ({ type }: JournalEvent, done: "all" | "acted" | "refused"): boolean =>
  done === "all" || (done === "refused" ? type === "refusal" : type !== "refusal" && type !== "decision");

/** The row in a line; of decisions and refusals the reason apart, to be quoted alone. */
function rowFacts({ event, eventId }: JournalRow, strategies: readonly string[]): NewFact[] {
  const { market, strategyId } = ofEvent(event);
  const make = factsOf({ market, strategyId, asOfMs: event.atMs, recordId: eventId });
  const line = make.text("event", journalLine(event, strategies), "what happened");
  if (event.type === "decision") return [line, make.text("reason", event.decision.reason, "why it was decided")];
  if (event.type !== "refusal") return [line];
  const { rule, reason } = event.refusal;
  return [line, make.text("reason", reason, `why it was refused, rule ${rule}`)];
}

function ofEvent(event: JournalEvent): Pick<NewFact, "market" | "strategyId"> {
  const of =
    event.type === "decision"
      ? event.decision
      : event.type === "refusal"
        ? event.refusal
        : event.type === "order-list"
          ? event.orders[0]
          : event.type === "order"
            ? event.order
            : event.type === "fill"
              ? event.fill
              : event.type === "write-off" || event.type === "dust" || event.type === "coins-out"
                ? event
                : undefined;
  return { market: of?.symbol ?? null, strategyId: of?.strategyId ?? null };
}
