// Floor 4. The journal's events, one by one → what alerts are made of, and which of them were told and taken: a fold, so
// that a desk that was killed says nothing twice and forgets nothing.
import type { Alert, AlertKind } from "#schemas/alert.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Fill } from "#schemas/order.ts";
import { ControlState, type LossState } from "#schemas/portfolio.ts";
import { DAY_MS, type UnixMs } from "#schemas/units.ts";

/** A fill that was not told within this time is history: a journal older than its alerts does not start with a flood. */
const FILLS_KEPT_MS = DAY_MS;

/** `control-changed:halted:ATMS`. */
export const controlAlertId = (state: ControlState, atMs: UnixMs): string => `control-changed:${state}:${atMs}`;

interface Told {
  readonly alert: Alert;
  readonly takenBy: Set<string>;
}

export class AlertLog {
  readonly #told = new Map<string, Told>();
  readonly #orders = new Map<AlertKind, Set<string>>();
  /** Fills of orders that no alert has told of. */
  #fills: Fill[] = [];
  /** Alerts of fills within a day, oldest first. */
  #fillsToldMs: readonly UnixMs[] = [];
  #slots: { readonly before: UnixMs | null; readonly newest: UnixMs } | null = null;
  #loss: LossState | null = null;
  #drawdownSinceMs: UnixMs | null = null;
  /** The operator's words since the last alert about control. */
  #reason: string | null = null;
  #announced: ControlState = "running";

  /** Events in the order of the journal. */
  take(event: JournalEvent): void {
    switch (event.type) {
      case "fill":
        if (!this.#isTold(event.fill)) this.#fills.push(event.fill);
        break;
      case "equity":
        this.#takeSlot(event.slotMs, event.loss);
        break;
      case "control":
        // A pause of one strategy changes nothing of what holds for the desk.
        if (event.strategyId !== null && event.action !== "halt") break;
        this.#reason = event.reason;
        if (event.action === "resume") this.#drawdownSinceMs = null;
        break;
      case "alert":
        this.#takeAlert(event.alert);
        break;
      case "alert-delivered":
        this.#told.get(event.alertId)?.takenBy.add(event.channel);
        break;
      default:
        break;
    }
  }

  #takeSlot(slotMs: UnixMs, loss: LossState): void {
    if (!loss.drawdownLatched) this.#drawdownSinceMs = null;
    else this.#drawdownSinceMs ??= slotMs;
    this.#loss = loss;
    this.#slots = { before: this.#slots?.newest ?? null, newest: slotMs };
    this.#fills = this.#fills.filter(({ atMs }) => atMs > slotMs - FILLS_KEPT_MS);
  }

  #takeAlert(alert: Alert): void {
    this.#told.set(alert.alertId, { alert, takenBy: new Set() });
    const known = this.#orders.get(alert.kind) ?? new Set();
    for (const id of alert.orders ?? []) known.add(id);
    this.#orders.set(alert.kind, known);
    this.#fills = this.#fills.filter((fill) => !this.#isTold(fill));
    if (alert.kind === "fill") {
      this.#fillsToldMs = [...this.#fillsToldMs.filter((ms) => ms > alert.atMs - DAY_MS), alert.atMs];
    }
    if (alert.kind === "control-changed") {
      const state = ControlState.safeParse(alert.alertId.split(":")[1]);
      if (state.success) this.#announced = state.data;
      this.#reason = null;
    }
  }

  has(alertId: string): boolean {
    return this.#told.has(alertId);
  }

  /** Whether an alert of this kind has named the order. */
  hasOrder(kind: AlertKind, clientOrderId: string): boolean {
    return this.#orders.get(kind)?.has(clientOrderId) === true;
  }

  #isTold({ clientOrderId }: Fill): boolean {
    return this.hasOrder("fill", clientOrderId) || this.hasOrder("stop-hit", clientOrderId);
  }

  /** Fills of the last day, oldest first, of orders that no alert has told of; and when fills were told of late. */
  newFills(): { readonly fills: readonly Fill[]; readonly toldMs: readonly UnixMs[] } {
    return { fills: this.#fills, toldMs: this.#fillsToldMs };
  }

  /** The newest slot that was decided, and the one before it. */
  slots(): { readonly before: UnixMs | null; readonly newest: UnixMs } | null {
    return this.#slots;
  }

  /** The meter of the newest slot, and since which slot the drawdown latch has been on. */
  limits(): { readonly loss: LossState; readonly drawdownSinceMs: UnixMs | null } | null {
    return this.#loss === null ? null : { loss: this.#loss, drawdownSinceMs: this.#drawdownSinceMs };
  }

  /** The control that the last alert said, and what an operator has said since; null: nothing. */
  control(): { readonly announced: ControlState; readonly reason: string | null } {
    return { announced: this.#announced, reason: this.#reason };
  }

  /** In the order in which they were raised. */
  all(): readonly Alert[] {
    return [...this.#told.values()].map(({ alert }) => alert);
  }

  /** Alerts raised at or after `sinceMs` that the channel has not taken, oldest first. */
  untaken(channel: string, sinceMs: number): readonly Alert[] {
    return [...this.#told.values()].flatMap(({ alert, takenBy }) =>
      alert.atMs >= sinceMs && !takenBy.has(channel) ? [alert] : [],
    );
  }
}
