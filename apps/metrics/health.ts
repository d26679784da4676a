// Floor 6, metrics. Is the process alive, and is the desk at work? For supervisors and load balancers: alive and not ready is a
// desk to be looked at, not one to be killed.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Hono } from "hono";
import type { Desk } from "#desk/desk.ts";
import { NEVER_ABORTED, untilAborted } from "#schemas/abort.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { timeframeMs } from "#schemas/units.ts";
import type { HttpEnv } from "../http/guards.ts";

export interface HealthDocument {
  readonly status: "alive";
  /** How late timers came in the last look, ms; null: nothing was measured yet. */
  readonly eventLoopLagMs: { readonly mean: number; readonly p99: number; readonly max: number } | null;
}

/** Why a desk is not at work; in this order. */
export type NotReady = "no-slot-yet" | "slot-overdue" | "blind" | "account-lost" | "store-silent";

export interface ReadinessDocument {
  readonly status: "ready" | "not-ready";
  readonly reasons: readonly { readonly code: NotReady; readonly text: string }[];
  /** Candle close of the newest finished decision cycle; null: there is none, or the store did not say. */
  readonly lastSlotMs: number | null;
}

export interface ReadyParts {
  readonly desk: Pick<Desk, "runs" | "clock" | "config" | "marketData" | "isBlind">;
  readonly store: Pick<Store, "analyses">;
  /** Fires where another process was found to have taken the account. */
  readonly accountLost: AbortSignal;
  /** The store is waited for so long; left out: 2 s. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 2_000;
/** Under a system clock the newest slot may be so many timeframes old, and the venue's grace. */
const SLOTS = 2;

/** Begins to measure; `close` ends it. */
export function openHealth(): { healthOf(): HealthDocument; close(): void } {
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  return {
    healthOf: () => {
      const ms = (nanoseconds: number): number => Math.round(nanoseconds / 1e4) / 100;
      const measured = { mean: ms(lag.mean), p99: ms(lag.percentile(99)), max: ms(lag.max) };
      // Without a sample the mean is NaN.
      const eventLoopLagMs = lag.count > 0 ? measured : null;
      lag.reset();
      return { status: "alive", eventLoopLagMs };
    },
    close: () => void lag.disable(),
  };
}

/** Never throws: what cannot be asked is a reason. */
export async function readinessOf({
  desk,
  store,
  accountLost,
  patienceMs = PATIENCE_MS,
}: ReadyParts): Promise<ReadinessDocument> {
  const reasons: ReadinessDocument["reasons"][number][] = [];
  const not = (code: NotReady, text: string): void => void reasons.push({ code, text });
  let lastSlotMs: number | null = null;
  let isSilent = false;
  try {
    const asked = Promise.all([
      desk.runs.lastFinished("decision-cycle", NEVER_ABORTED),
      store.analyses.stats(NEVER_ABORTED),
    ]);
    [lastSlotMs] = await untilAborted(asked, AbortSignal.timeout(patienceMs));
  } catch {
    // Its message may name a host: a reason says what whoever asks can act on.
    isSilent = true;
  }
  const { clock, config, marketData } = desk;
  if (!isSilent && lastSlotMs === null) not("no-slot-yet", "The first slot is not finished.");
  // Simulated time may stand still for a reason: its desk is as old as its clock.
  if (lastSlotMs !== null && clock.kind === "system") {
    const ageMs = clock.now() - lastSlotMs;
    const mostMs = SLOTS * timeframeMs(config.timeframe) + marketData.graceMs;
    if (ageMs > mostMs)
      not("slot-overdue", `The newest slot closed ${seconds(ageMs)} s ago; ${seconds(mostMs)} s are usual at most.`);
  }
  if (desk.isBlind()) not("blind", "Something is held that cannot be followed.");
  if (accountLost.aborted) not("account-lost", "Another process has taken the account.");
  if (isSilent) not("store-silent", `The store did not answer within ${seconds(patienceMs)} s.`);
  return { status: reasons.length === 0 ? "ready" : "not-ready", reasons, lastSlotMs };
}

const seconds = (ms: number): number => Math.round(ms / 1000);

/** `GET /ready`: 200 or 503 with the documents of readiness and health; behind the server's check of tokens. */
export const readyRoutes = (ready: () => Promise<ReadinessDocument>, health: () => HealthDocument): Hono<HttpEnv> =>
  new Hono<HttpEnv>().get("/ready", async (context) => {
    const document = await ready();
    return context.json({ ...document, health: health() }, document.status === "ready" ? 200 : 503);
  });
