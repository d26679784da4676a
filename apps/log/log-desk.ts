// Floor 6, log. What happens on a running desk (journal rows of the feed, calls, ledger entries) → lines of the log: fields, not
// sentences, and of a question its kind and path, never its words.
import type { Observers } from "#toolkits/ports/observed.ts";
import type { DeskWords } from "../door.ts";
import type { Feed } from "../feed.ts";
import { outcomeOf } from "../metrics/error-name.ts";
import type { SlotDone } from "../metrics/live-metrics.ts";
import { fieldsOfRow } from "./journal-fields.ts";
import type { Log } from "./open-log.ts";

/** What is said of a finished slot: fields of its report. */
export interface LoggedSlot extends SlotDone {
  readonly sleep: { readonly analysed: number; readonly failed: readonly unknown[]; readonly durationMs: number };
  readonly trade: {
    readonly decisions: readonly { readonly action: string }[];
    readonly refusals: readonly unknown[];
    readonly orders: readonly unknown[];
    readonly equity: string;
  };
  readonly problems: readonly string[];
}

export interface DeskLog {
  slotDone(slot: LoggedSlot): void;
  close(): void;
}

export interface LoggedDesk {
  readonly about: DeskWords;
  readonly feed: Pick<Feed, "listen">;
  readonly observers: Pick<Observers, "add">;
  readonly monotonicMs: () => number;
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** Begins to log. */
export function logDesk(log: Log, { about, feed, observers, monotonicMs }: LoggedDesk): DeskLog {
  const { desk, run, venue, simulated } = about;
  // Law 10: every line that stands on invented prices says so.
  const ofDesk = log.child({ desk, run, ...(simulated ? { simulated } : {}) });
  let ofSlot = ofDesk;
  ofDesk.event("started", { venue, timeframe: about.timeframe, quote: about.quote });
  const stopFeed = feed.listen((event) => {
    if (event.type !== "journal") return;
    if (event.data["type"] === "equity") ofSlot = ofDesk.child({ slot: event.data["slotMs"] });
    const line = fieldsOfRow(event.data);
    if (line !== null) ofSlot.event(line.name, { ...line.fields, seq: event.data["seq"] }, line.level);
  });
  const stopObserving = observers.add({
    called: ({ port, verb }) => {
      const startMs = monotonicMs();
      return ({ error, retries }) => {
        const outcome = outcomeOf(error);
        const fields = { outcome, ms: rounded(monotonicMs() - startMs), retries };
        const failed = outcome === "error" ? { error } : {};
        if (port === "model") {
          ofDesk.event("model-call", { model: verb, ...fields, ...failed }, outcome === "error" ? "warn" : "info");
        } else if (outcome === "error") ofDesk.event("provider-error", { port, verb, ...fields, error }, "warn");
        else ofDesk.event("provider-call", { port, verb, ...fields }, "debug");
      };
    },
    recorded: ({ job, phase, paths, kinds, work, durationMs }) => {
      const { modelCalls, inputTokens, outputTokens, providerCalls } = work;
      const took = durationMs === undefined ? {} : { ms: rounded(durationMs) };
      const fields = { phase, paths, ...took, providerCalls, modelCalls, inputTokens, outputTokens };
      if (job === "question") ofDesk.event("question", { ...fields, kinds: kinds ?? {} });
      else ofDesk.event("work", { job, ...fields }, "debug");
    },
  });
  return {
    slotDone: ({ slotMs, durationMs, sleep, trade, problems }) =>
      ofDesk.event(
        "slot",
        {
          slot: slotMs,
          ms: rounded(durationMs),
          sleepMs: rounded(sleep.durationMs),
          analysed: sleep.analysed,
          failed: sleep.failed.length,
          decisions: trade.decisions.filter(({ action }) => action !== "hold").length,
          refusals: trade.refusals.length,
          orders: trade.orders.length,
          equity: trade.equity,
          problems,
        },
        problems.length > 0 ? "warn" : "info",
      ),
    close: () => {
      stopFeed();
      stopObserving();
      ofDesk.event("stopped", {});
    },
  };
}
