// Floor 2. What a shared store says of its changes → how long the in-process tier may be believed without asking.
//
// The promise: nothing that another process has invalidated or superseded is served from the tier later than TRUST_MS (and
// the look itself) after its commit, though every hint be lost. While the store does not answer, the tier is served as it
// is: nothing can write there either. The one exception is a network that cuts off this process alone; what it then serves
// is at most as old as the newest candle, and order paths, which ask the store each time, fail.
import { untilAborted } from "#schemas/abort.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { AnalysisStore } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

/** How long the tier is believed after a look at the store's changes, ms. */
const TRUST_MS = 500;
/** How long a store that did not answer is not asked again, ms. */
const RETRY_MS = 500;
/** A store that takes longer over a look than this counts as down, ms. */
const LOOK_LIMIT_MS = 2000;
/** The same while it is known to be down, so that a frozen server does not hold up every caller, ms. */
const LOOK_AGAIN_LIMIT_MS = 250;

interface TrustParts {
  readonly analyses: Pick<AnalysisStore, "changedSince">;
  /** Never goes back; its zero is anywhere. Undefined: nothing is believed without a look. */
  readonly monotonicMs: (() => number) | undefined;
  /** Drops these keys from the tier, or (null) all of them, also from reads under way. */
  readonly forget: (keys: readonly AnalysisKey[] | null) => void;
}

export function createTrust({ analyses, monotonicMs, forget }: TrustParts) {
  let mark: string | null = null;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let failedAtMs: number | null = null;
  let underWay: Promise<void> | null = null;
  const now = monotonicMs ?? (() => 0);

  const isWithin = (sinceMs: number, limitMs: number) => monotonicMs !== undefined && now() - sinceMs <= limitMs;

  const look = async () => {
    const startedMs = now();
    // After a failure the marks may mean another server (a restored copy, a failed-over replica): begin anew.
    const since = failedAtMs === null ? mark : null;
    const limitMs = failedAtMs === null ? LOOK_LIMIT_MS : LOOK_AGAIN_LIMIT_MS;
    try {
      const found = await analyses.changedSince(since, { signal: AbortSignal.timeout(limitMs) });
      if (since === null) forget(null);
      else if (found.keys.length > 0) forget(found.keys);
      mark = found.mark;
      lookedAtMs = startedMs;
      failedAtMs = null;
    } catch {
      failedAtMs = now();
    }
  };

  const holds = () => failedAtMs === null && isWithin(lookedAtMs, TRUST_MS);

  return {
    /** True while the tier may be believed as it is. */
    holds,
    /** Looks at the changes; all callers share one look. Never fails but by the signal. */
    async renew({ signal }: CallOptions): Promise<void> {
      const isSettled = () => holds() || (failedAtMs !== null && isWithin(failedAtMs, RETRY_MS));
      // A look that began before this call may have missed what was committed since; it counts only while it is young.
      if (underWay !== null) await untilAborted(underWay, signal);
      if (isSettled()) return;
      underWay ??= look().finally(() => {
        underWay = null;
      });
      await untilAborted(underWay, signal);
    },
  };
}
