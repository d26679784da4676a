// Floor 4, acts. `tighten`: a limit of the risk gate, tighter than it is now, from the next decision on. `clearLimit` takes
// that back to what is configured: a person's own command, and nothing that can be proposed.
import type { ActOf } from "#schemas/act.ts";
import { RiskLimits } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { isTighter, type LimitName, limitsNow, TIGHTENABLE_LIMITS } from "#schemas/tightened-limits.ts";
import { inTurn } from "../../account/in-turn.ts";
import type { Desk } from "../../desk.ts";
import { type ActRow, nothingToSend, refused, type Said } from "../act-row.ts";

export const tightenAct: ActRow<ActOf<"tighten">> = {
  sends: false,
  async prepare(desk, { limit, value }, said) {
    const { tighter, words, unit } = TIGHTENABLE_LIMITS[limit];
    const parsed = RiskLimits.shape[limit].safeParse(value);
    if (!parsed.success) return refused(`${limit} cannot be ${value}: ${parsed.error.issues[0]?.message ?? "invalid"}`);
    const configured = desk.config.limits[limit];
    const now = limitsNow(desk.config.limits, desk.account.portfolio().tightened)[limit];
    if (!isTighter(limit, value, now)) {
      return refused(
        `${limit} is ${now} ${unit}, and only what is ${tighter} is tighter; it is loosened in the configuration, or back to it with \`tighten --clear ${limit}\``,
      );
    }
    return {
      status: "ready",
      lines: [
        `Tighten ${limit} (${words}) from ${now} to ${value} ${unit}; configured: ${configured}.`,
        "It binds entries from the next decision on. Nothing that is held is sold for it.",
      ],
      stands: { [limit]: `${now} ${unit}` },
      price: null,
      events: [limitRow(desk, limit, value, said)],
      complete: nothingToSend([`${limit} is ${value} now, configured ${configured} (${unit}).`]),
    };
  },
};

/** As configured again. @throws UsageError where it was not tightened */
export const clearLimit = (
  desk: Desk,
  limit: LimitName,
  said: Said,
  options: CallOptions,
): Promise<readonly string[]> =>
  inTurn(desk.account, options, async () => {
    const value = desk.account.portfolio().tightened.get(limit);
    if (value === undefined) {
      const tightened = [...desk.account.portfolio().tightened.keys()];
      throw new UsageError({
        was: `${limit} is not tightened.`,
        expected: tightened.length === 0 ? "a limit that is, and there is none" : `one of ${tightened.join(", ")}`,
        remedy: "See `deeptrader status`.",
      });
    }
    await desk.account.append([limitRow(desk, limit, null, said)], options);
    const { unit } = TIGHTENABLE_LIMITS[limit];
    return [`${limit} is ${desk.config.limits[limit]} again, as configured (${unit}); it was ${value}.`];
  });

const limitRow = ({ clock, account }: Desk, limit: LimitName, value: number | null, said: Said): JournalEvent => ({
  type: "limit",
  atMs: clock.now(),
  limit,
  value,
  by: said.by,
  nth: account.portfolio().operatorRows,
  reason: said.reason,
});
