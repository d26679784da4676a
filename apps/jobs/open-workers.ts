// Floor 6. `start --workers`: settings → what workers do for the desk: candles of each close, token sources, receipts, and calls of the models that judge asleep.
import { hostname } from "node:os";
import type { Elsewhere } from "#agents/models/elsewhere.ts";
import { monotonicMs } from "#scheduler/clock.ts";
import { buysJudgement, type DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { secretValues } from "../log/secret-values.ts";
import { createThoughtAsker } from "./ask-thoughts.ts";
import { openQueue } from "./open-queue.ts";
import { openSweeps, type Sweeps } from "./open-sweeps.ts";
import type { WorkerPlace } from "./worker-place.ts";

/** What is left out is the desk's alone. */
export interface Workers extends Partial<Pick<Sweeps, "ask" | "askSecurity" | "receiptsOf">> {
  /** Network addresses that candles are read from, this desk's with them. */
  readonly addresses: number;
  readonly callElsewhere?: Elsewhere;
  close(): Promise<void>;
}

/** A debate, the longest of what is bought asleep, takes so many times DEEPTRADER_MODEL_TIMEOUT_MS at most. */
const LONGEST_IN_TIMEOUTS = 2;

/** @throws UsageError where there is nothing that workers could do, or no Redis */
export async function openWorkers(
  { config, env }: WorkerPlace,
  onNote: (text: string) => void,
  options: CallOptions,
): Promise<Workers> {
  const noSweeps = whyNoSweeps(config);
  const thinks = buysJudgement(config);
  if (noSweeps !== null && !thinks) throw noSweeps;
  const queue = await openQueue(config, onNote);
  if (noSweeps !== null && isExchange(config.venue)) onNote("workers read no candles for it: DATABASE_URL is not set");
  const owner = `${hostname()} ${config.deskId} ${config.home}`;
  const parts = { queue, owner, onNote };
  const sweeps = noSweeps === null ? await openSweeps({ config, ...parts }, options) : null;
  return {
    addresses: 1,
    ...sweeps,
    ...(thinks ? { callElsewhere: await openThoughts({ config, env }, parts, options) } : {}),
    close: async () => {
      sweeps?.close();
      await queue.close();
    },
  };
}

async function openThoughts(
  { config, env }: WorkerPlace,
  parts: { readonly queue: JobQueue; readonly owner: string; readonly onNote: (text: string) => void },
  options: CallOptions,
) {
  const longestMs = LONGEST_IN_TIMEOUTS * config.modelTimeoutMs;
  const { look, ask } = createThoughtAsker({ ...parts, longestMs, secrets: secretValues(env), monotonicMs });
  await look(options);
  return ask;
}

const isExchange = (venue: DeskConfig["venue"]): boolean => venue !== "sim" && venue !== "replay";

/** Null: workers can read for it. */
function whyNoSweeps({ venue, databaseUrl }: DeskConfig): UsageError | null {
  if (!isExchange(venue)) {
    return new UsageError({
      was: `--workers with ${venue}, which asks nobody for its candles, on a desk that buys no thought.`,
      expected: "an exchange, or tokens for briefs, debates, plans or lessons (docs/sleep-time.md)",
      remedy: "Leave --workers out, name an exchange with --venue, or set tokens and a model.",
    });
  }
  if (databaseUrl !== null) return null;
  return new UsageError({
    was: "--workers without a database: what workers read has no place that this desk looks at, and this desk buys no thought.",
    expected:
      "DATABASE_URL, the same for this desk and for the workers, or tokens for briefs, debates, plans or lessons (docs/sleep-time.md)",
    remedy: "Set one of them, or leave --workers out.",
  });
}
