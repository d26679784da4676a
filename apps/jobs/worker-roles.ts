// Floor 6. What a worker does of each role, and what it needs for it. A further role is an entry here, and in JOB_ROLES.
import { systemClock } from "#scheduler/clock.ts";
import { JOB_ROLES, type JobHandler, type JobRole } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { openBudgets } from "../budgets.ts";
import { secretValues } from "../log/secret-values.ts";
import type { WorkerPlace } from "./worker-place.ts";

/** A role, opened: what it holds is freed by `close`. */
export interface RoleAtWork {
  readonly handle: JobHandler;
  /** Jobs under way at once. */
  readonly atOnce: number;
  close(): Promise<void>;
}

export interface RoleOptions extends CallOptions {
  /** `--concurrency`. */
  readonly concurrency: number;
  /** Told what a strategy prints, and what a person should know: a line. */
  readonly onOutput: (line: string) => void;
}

interface WorkerRole {
  /** What is missing here for it, as half a sentence; null: nothing. Such a role is left out, or refused where it was named. */
  readonly lacks: (place: WorkerPlace) => string | null | Promise<string | null>;
  readonly open: (place: WorkerPlace, options: RoleOptions) => Promise<RoleAtWork>;
}

/** While one shard waits for its last answers the next one is begun. */
const SHARDS_AT_ONCE = 2;
/** The pages of one market follow each other; a second one fills the time that they take on the way. */
const DOWNLOADS_AT_ONCE = 2;
/** A call that waits for its provider costs no CPU. */
const CALLS_AT_ONCE = 8;

export const WORKER_ROLES: Readonly<Record<JobRole, WorkerRole>> = {
  research: {
    lacks: () => null,
    async open(_place, { concurrency, onOutput }) {
      const { createTrialLanes } = await import("./trial-handler.ts");
      return { ...createTrialLanes({ lanes: concurrency, onOutput }), atOnce: concurrency };
    },
  },
  sweep: {
    lacks: lacksDatabase,
    async open({ config }, options) {
      const { createSweepHandler } = await import("./sweep-handler.ts");
      const { openSweepPlaces } = await import("./sweep-places.ts");
      const { open, close } = await openSweepPlaces(config, options);
      return { handle: createSweepHandler({ open, clock: systemClock() }), atOnce: SHARDS_AT_ONCE, close };
    },
  },
  download: {
    lacks: () => null,
    async open({ config }) {
      const { createDownloadHandler } = await import("./download-handler.ts");
      const { openExchangeClients } = await import("./exchange-clients.ts");
      const clock = systemClock();
      const exchanges = await openExchangeClients(config, clock);
      const handle = createDownloadHandler({ open: exchanges.of, clock });
      return { handle, atOnce: DOWNLOADS_AT_ONCE, close: () => exchanges.close() };
    },
  },
  security: {
    lacks: lacksDatabase,
    async open(place, options) {
      const { createSecurityHandler } = await import("./security-handler.ts");
      const { openSecurityPlace } = await import("./security-place.ts");
      const { close, ...parts } = await openSecurityPlace(place, options);
      // Its sources are asked side by side, each at its own pace: a second job would only share that.
      return { handle: createSecurityHandler(parts), atOnce: 1, close };
    },
  },
  thought: {
    async lacks(place) {
      const { whyNoThoughts } = await import("./thought-models.ts");
      return whyNoThoughts(place);
    },
    async open({ config, env }) {
      const { createThoughtHandler } = await import("./thought-handler.ts");
      const { thoughtModels } = await import("./thought-models.ts");
      const { now: nowMs } = systemClock();
      const models = await thoughtModels(config, env);
      // On Redis, where all workers are, and one for all addresses: a provider counts by key.
      const rests = await openBudgets({ ...config, databaseUrl: null, address: null }, nowMs);
      const restsOf = (provider: string) => rests.of(`model ${provider}`);
      const handle = createThoughtHandler({ models, restsOf, secrets: secretValues(env), nowMs });
      return { handle, atOnce: CALLS_AT_ONCE, close: () => rests.close() };
    },
  },
  check: {
    lacks: lacksDatabase,
    async open({ config: { databaseUrl }, env }) {
      const { createReceiptHandler } = await import("./receipt-handler.ts");
      return { handle: createReceiptHandler({ databaseUrl, env }), atOnce: 1, close: async () => {} };
    },
  },
};

function lacksDatabase({ config: { databaseUrl } }: WorkerPlace): string | null {
  return databaseUrl === null ? "DATABASE_URL, where it would leave what it reads, is not set" : null;
}

/** The roles of these names, else all: which of them can be done here, and why the others cannot. */
export async function rolesAmong(place: WorkerPlace, names: readonly string[] | null) {
  const wanted = JOB_ROLES.filter((role) => names === null || names.includes(role));
  const lacks: { readonly role: JobRole; readonly why: string }[] = [];
  for (const role of wanted) {
    const why = await WORKER_ROLES[role].lacks(place);
    if (why !== null) lacks.push({ role, why });
  }
  return { roles: wanted.filter((role) => lacks.every((one) => one.role !== role)), lacks };
}
