// Floor 6. Which run of the desk's account a command belongs to, what that account is bound to, and at which moment a
// simulated command stands (DESIGN §11).
import { createSimulatedClock, type SimulatedClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { AccountBoundError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { RunBinding } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type RunId, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Venue } from "./venues/venue.ts";

/** `new`: a fresh account under a simulated clock · `once`: one cycle of the one-shots' own run · `latest`: a look at the newest run. */
export type RunChoice = "new" | "once" | "latest";

export interface ChosenRun {
  readonly runId: RunId;
  readonly clock: Clock | SimulatedClock;
}

/** The first slot of a run that is driven through simulated time: the same for `start` and `backtest`. */
export const firstSlotOf = (
  { beginMs }: Pick<Venue, "beginMs">,
  { timeframe }: Pick<DeskConfig, "timeframe">,
): UnixMs => unixMs(Math.ceil(beginMs / timeframeMs(timeframe)) * timeframeMs(timeframe));

/** @throws AccountBoundError where the account trades something else than is asked for */
export async function chooseRun(
  store: Store,
  config: DeskConfig,
  venue: Venue,
  choice: RunChoice,
  options: CallOptions & { readonly onNote?: (text: string) => void },
): Promise<ChosenRun> {
  if (venue.clock.kind === "system") {
    const runId = realTimeRun(config);
    const bound = (await store.bindings(config.deskId, options)).find((binding) => binding.runId === runId);
    if (bound !== undefined) requireSame(bound, config, venue);
    return { runId, clock: venue.clock };
  }
  if (choice === "new") {
    const runId = `sim-${Date.now().toString(36)}-${process.pid}` as RunId;
    return { runId, clock: createSimulatedClock(firstSlotOf(venue, config)) };
  }
  const bindings = await store.bindings(config.deskId, options);
  const [newest] = bindings;
  const own = bindings.find(({ runId }) => runId === ONCE);
  for (const binding of [newest, ...(choice === "once" ? [own] : [])]) {
    if (binding !== undefined) requireSame(binding, config, venue);
  }
  if (choice === "once") {
    if (newest !== undefined && newest.runId !== ONCE)
      options.onNote?.(
        `One-shots trade in a run of their own (${ONCE}), not in ${newest.runId}, the newest run of this desk.`,
      );
    return { runId: ONCE, clock: createSimulatedClock(venue.standMs) };
  }
  const runId = newest?.runId ?? ONCE;
  const standMs = config.asOfMs ?? (await momentOf(store, config, runId, options)) ?? venue.standMs;
  return { runId, clock: createSimulatedClock(standMs) };
}

const LIVE = "live" as RunId;
/** What is held at one account of a venue is in no other's journal, nor in that of paper. */
export const realTimeRun = ({
  mode,
  sandbox,
  liveAccount,
}: Pick<DeskConfig, "mode" | "sandbox" | "liveAccount">): RunId =>
  mode === "paper" ? LIVE : (`${LIVE}:${sandbox ? "sandbox:" : ""}${liveAccount ?? ""}`.slice(0, 60) as RunId);
const ONCE = "once" as RunId;

/** Where a simulated run has come to: a look at it sees prices of that moment, of all markets alike. */
async function momentOf(store: Store, { deskId }: DeskConfig, runId: RunId, options: CallOptions) {
  const [newest] = await store.journal(deskId, runId).read({ limit: 1 }, options);
  return newest?.event.atMs ?? null;
}

/** An account trades one venue (seed, folder) in one settlement currency for good. */
function requireSame(binding: RunBinding, { deskId }: DeskConfig, { marketData, quote }: Venue): void {
  if (binding.known === "nothing-decided") return;
  const asked = `${marketData.venueId} in ${quote}`;
  const otherwise = "Or open a separate account with --desk NAME.";
  if (binding.known === "no") {
    throw new AccountBoundError({
      was: `The account of desk ${deskId} (run ${binding.runId}) does not say what it trades: ${binding.why}.`,
      expected: `an account that trades ${asked}`,
      remedy: `Keep that journal for reading with an older version. ${otherwise}`,
    });
  }
  if (binding.venueId === marketData.venueId && binding.quote === quote) return;
  throw new AccountBoundError({
    was: `The account of desk ${deskId} (run ${binding.runId}) trades ${binding.venueId} in ${binding.quote}; this command asks for ${asked}.`,
    remedy: `Use the flags of that run (${flagsOf(binding)}). ${otherwise}`,
  });
}

/** How that venue is named on the command line; the digest of a folder is not its path. */
function flagsOf({ venueId, quote }: { readonly venueId: string; readonly quote: string }): string {
  const [venue = venueId, detail = "", scenario] = venueId.split(":");
  const named = scenario === undefined ? "" : ` --scenario ${scenario.replaceAll("+", ",")}`;
  if (venue === "sim") return `--venue sim --seed ${detail}${named} --quote ${quote}`;
  return venue === "replay" ? `--venue replay --data its folder --quote ${quote}` : `--venue ${venue} --quote ${quote}`;
}
