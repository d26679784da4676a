// Floor 4. What is known of the account at a venue → alerts: where it differs from the journal, what no stop covers, orders that stay in
// doubt. Pure; the same occurrence has the same id, however often it is looked at.
import { toIso, type UnixMs } from "#schemas/units.ts";
import { commandFor } from "#toolkits/execution/live/account-guard.ts";
import { ofStrategy } from "../documents/strategy-names.ts";
import type { Draft, VenueAlertFacts } from "./alert-facts.ts";

/** A position without a stop at the venue for longer than this is told of, ms; of a halted desk, which places none, at once. */
export const BARE_AFTER_MS = 2_000;
/** Differences named in full; the others are counted. */
const NAMED = 4;

export function venueAlerts(
  facts: VenueAlertFacts | undefined,
  { nowMs, strategies }: { readonly nowMs: UnixMs; readonly strategies: readonly string[] },
): readonly Draft[] {
  if (facts === undefined) return [];
  return [
    ...facts.bare.flatMap(({ strategyId, symbol, quantity, sinceMs }): Draft[] => {
      if (!facts.halted && nowMs - sinceMs <= BARE_AFTER_MS) return [];
      const then = facts.halted
        ? "The desk is halted and places none; after `deeptrader resume` its stop is the first order."
        : "The desk goes on trying; `deeptrader account` says what rests.";
      const what = `${quantity} of ${symbol}${ofStrategy(strategyId, strategies)}`;
      return [
        {
          alertId: `uncovered:${strategyId}:${symbol}:${sinceMs}`,
          kind: "uncovered",
          symbols: [symbol],
          text: `${what} has had no stop at the venue since ${secondText(sinceMs)}. ${then}`,
        },
      ];
    }),
    ...facts.inDoubt.flatMap(({ order, sinceMs }): Draft[] => {
      if (nowMs - sinceMs <= facts.acceptanceMs) return [];
      const { clientOrderId, role, side, quantity, symbol, strategyId } = order;
      const what = `${role} ${side} ${quantity} ${symbol}${ofStrategy(strategyId, strategies)}`;
      return [
        {
          alertId: `order-in-doubt:${clientOrderId}:${sinceMs}`,
          kind: "order-in-doubt",
          symbols: [symbol],
          orders: [clientOrderId],
          text: `In doubt since ${secondText(sinceMs)}, longer than the venue may take an order: ${what}. The venue is asked on; nothing is sent twice.`,
        },
      ];
    }),
    ...differs(facts.differences),
  ];
}

/** One alert for those that were found at one look. */
function differs(differences: VenueAlertFacts["differences"]): readonly Draft[] {
  const looks = Map.groupBy(differences, ({ foundMs }) => foundMs);
  return [...looks].map(([foundMs, found]) => {
    const named = found.slice(0, NAMED).map((one) => `${one.text} [${commandFor(one) ?? one.key}]`);
    const more = found.length > NAMED ? `; and ${found.length - NAMED} more` : "";
    return {
      alertId: `account-differs:${foundMs}`,
      kind: "account-differs",
      symbols: [],
      text: `The account at the venue differs from the journal: ${named.join("; ")}${more}. No entries until it is gone or settled.`,
    };
  });
}

/** `2018-01-16 12:05:33 UTC`. */
const secondText = (ms: UnixMs): string => `${toIso(ms).slice(0, 19).replace("T", " ")} UTC`;
