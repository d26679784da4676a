// Floor 6. Settings → what all of our processes on one address may ask of an exchange or a source together: counted on their PostgreSQL, else on
// their Redis; a process that shares neither counts alone. Processes that name no address are taken to have the same one.
import { monotonicMs } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { VenueBudget } from "#schemas/ports/market.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";

export interface Budgets {
  /** By whose it is: an id, and the address that stands for it where it is another than its own. The same name, the same budget. */
  of(name: string): VenueBudget;
  close(): Promise<void>;
}

type Places = Pick<DeskConfig, "databaseUrl" | "redisUrl" | "redisProtocol" | "address">;

/** Whose the requests to an exchange are: its id, and the origin that stands for it where it is another than its own. */
export const exchangeName = ({ venue, exchangeUrl }: Pick<DeskConfig, "venue" | "exchangeUrl">): string =>
  exchangeUrl === null ? venue : `${venue} ${new URL(exchangeUrl).host}`;

/** Asks nobody yet. @throws ConfigError for no Redis URL */
export async function openBudgets(places: Places, nowMs: () => number): Promise<Budgets> {
  const { address } = places;
  const open = await openerOf(places, nowMs);
  const opened = new Map<string, VenueBudget>();
  return {
    of: (name) => {
      const budget = opened.get(name) ?? open(address === null ? name : `${name} from ${address}`);
      opened.set(name, budget);
      return budget;
    },
    close: async () => {
      // All of them go over one connection, which is there before the first is asked for.
      const [any = open("")] = opened.values();
      await any.close();
    },
  };
}

async function openerOf(
  { databaseUrl, redisUrl, redisProtocol }: Places,
  nowMs: () => number,
): Promise<(name: string) => VenueBudget> {
  if (databaseUrl !== null) {
    const { openPostgresBudgets } = await import("#memory/stores/postgres-budget.ts");
    return openPostgresBudgets(databaseUrl);
  }
  if (redisUrl === null) return () => createLocalBudget(nowMs);
  const { openRedisBudgets } = await import("#memory/tiers/redis-budget.ts");
  const { PREFIX } = await import("#memory/tiers/sharing.ts");
  return openRedisBudgets({ url: redisUrl, protocol: redisProtocol, prefix: PREFIX }, monotonicMs);
}
