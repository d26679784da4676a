// Floor 4, acts. `pause` and `resume`, of the desk or of one strategy. A halt is lifted on the command line only.
import type { ActOf } from "#schemas/act.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Desk } from "../../desk.ts";
import { isHalted } from "../../run-slot/send.ts";
import { type ActRow, nothingToSend, refused, type Said } from "../act-row.ts";

export interface ControlSaid extends Said {
  readonly action: "pause" | "resume" | "halt" | "flatten";
  /** Null: the whole desk. */
  readonly strategyId: string | null;
  /** Of a halt: what would buy is canceled at the venue. */
  readonly cancelsEntries?: boolean;
}

/** The row of a control, as a command or an approved proposal journals it. */
export const controlRow = (
  { clock, account }: Pick<Desk, "clock" | "account">,
  { action, strategyId, by, reason, cancelsEntries = false }: ControlSaid,
): JournalEvent => ({
  type: "control",
  atMs: clock.now(),
  action,
  strategyId,
  ...(cancelsEntries ? { cancelsEntries } : {}),
  by,
  nth: account.portfolio().operatorRows,
  reason,
});

export const pauseAct: ActRow<ActOf<"pause">> = {
  sends: false,
  async prepare(desk, { strategyId }, said) {
    const unknown = notAStrategy(desk, strategyId);
    if (unknown !== null) return refused(unknown);
    const portfolio = desk.account.portfolio();
    if (isPaused(portfolio, strategyId)) return refused(`${strategyId ?? "the desk"} is paused already`);
    const lines = [
      `Pause ${strategyId ?? "the whole desk, every strategy"}: no entries. Stops, targets and exits stay.`,
    ];
    return {
      status: "ready",
      lines,
      stands: {},
      price: null,
      events: [controlRow(desk, { action: "pause", strategyId, ...said })],
      complete: nothingToSend([
        `${strategyId ?? "The desk"} is paused: no entries${strategyId === null ? "" : " of it"}.`,
      ]),
    };
  },
};

export const resumeAct: ActRow<ActOf<"resume">> = {
  sends: false,
  async prepare(desk, { strategyId }, said) {
    if (isHalted(desk))
      return refused("the desk is halted; a halt is lifted with `deeptrader resume` on the command line");
    const portfolio = desk.account.portfolio();
    const lifted = liftedBy(portfolio, strategyId);
    if (lifted.length === 0) return refused(`nothing stops ${strategyId ?? "the desk"}: there is nothing to resume`);
    return {
      status: "ready",
      lines: [`Allow entries of ${strategyId ?? "the desk"} again, within the limits. Lifted: ${lifted.join(", ")}.`],
      stands: { "what is lifted": lifted.join(", ") },
      price: null,
      events: [controlRow(desk, { action: "resume", strategyId, ...said })],
      complete: nothingToSend([`Entries of ${strategyId ?? "the desk"} are allowed again, within the limits.`]),
    };
  },
};

const isPaused = ({ control, paused }: Portfolio, strategyId: string | null): boolean =>
  strategyId === null ? control === "paused" : paused.has(strategyId);

function liftedBy({ control, paused, loss }: Portfolio, strategyId: string | null): readonly string[] {
  if (strategyId !== null) return paused.has(strategyId) ? [`the pause of ${strategyId}`] : [];
  return [
    ...(control === "paused" ? ["the pause"] : []),
    ...[...paused].map((id) => `the pause of ${id}`),
    ...(loss?.drawdownLatched === true ? [`the drawdown stop at ${loss.drawdownPct.toFixed(2)} %`] : []),
  ];
}

export const notAStrategy = ({ strategies }: Desk, strategyId: string | null): string | null =>
  strategyId === null || strategies.has(strategyId)
    ? null
    : `there is no strategy ${JSON.stringify(strategyId)}; there are ${[...strategies.keys()].join(", ")}`;
