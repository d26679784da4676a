// Floor 2. A DATABASE_URL → the budgets of exchanges and sources that all processes on it share: of each two rows among the leases, whose end is the
// moment from which on something may be asked. Time is the database's clock.
import type { VenueBudget } from "#schemas/ports/market.ts";
import { connectPostgres, type PostgresClient } from "./postgres-client.ts";

/** A budget that answers later than this is done without: a request must not wait for it longer than for the exchange. */
const PATIENCE_MS = 1_000;

type Turn = Awaited<ReturnType<VenueBudget["turn"]>>;

/** Of a database that does not answer, or has no tables yet. */
const ALONE: Turn = Object.freeze({ pausedForMs: 0, waitMs: 0 });

/**
 * The budgets of one process, over one connection, by whose they are: an id, and the address that stands for it where it is another than
 * its own. While the database is away every process is as if it were alone; nothing fails for that.
 */
export function openPostgresBudgets(url: string): (name: string) => VenueBudget {
  const client = connectPostgres(url, { max: 1 });
  return (name) => budgetOf(client, name);
}

function budgetOf({ sql, answered }: PostgresClient, name: string): VenueBudget {
  const [pause, pace] = [`venue-pause:${name}`, `venue-pace:${name}`];

  async function orAlone<T>(work: () => PromiseLike<T>, alone: T): Promise<T> {
    const answer = answered(Promise.resolve(work())).catch(() => alone);
    const { promise: late, resolve } = Promise.withResolvers<T>();
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    timeout.addEventListener("abort", () => resolve(alone), { once: true });
    return Promise.race([answer, late]);
  }

  return {
    turn: (spacingMs) =>
      orAlone(async () => {
        const [turn] = await sql<Turn[]>`
          with clock as (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms),
          pause as (select l.expires_at_ms - c.ms as rest_ms from khala.leases l, clock c where l.name = ${pause} and l.expires_at_ms > c.ms),
          taken as (
            insert into khala.leases (name, fence, holder, expires_at_ms)
            select ${pace}, 0, '', ms + ${Math.ceil(spacingMs)}::bigint from clock where not exists (select 1 from pause)
            on conflict (name) do update
              set expires_at_ms = greatest(leases.expires_at_ms, (select ms from clock)) + ${Math.ceil(spacingMs)}::bigint
            returning expires_at_ms - ${Math.ceil(spacingMs)}::bigint as turn_ms
          )
          select coalesce((select rest_ms from pause), 0)::float8 as "pausedForMs",
            greatest(0, coalesce((select turn_ms from taken), 0) - (select ms from clock))::float8 as "waitMs"`;
        return turn ?? ALONE;
      }, ALONE),
    restMs: () =>
      orAlone(async () => {
        const [rest] = await sql<{ readonly ms: number }[]>`
          select greatest(0, expires_at_ms - extract(epoch from clock_timestamp()) * 1000)::float8 as ms
          from khala.leases where name = ${pause}`;
        return rest?.ms ?? 0;
      }, 0),
    pause: (forMs) =>
      orAlone(async () => {
        await sql`
          insert into khala.leases (name, fence, holder, expires_at_ms)
          values (${pause}, 0, '', floor(extract(epoch from clock_timestamp()) * 1000)::bigint + ${Math.ceil(forMs)}::bigint)
          on conflict (name) do update set expires_at_ms = greatest(leases.expires_at_ms, excluded.expires_at_ms)`;
      }, undefined),
    close: () => sql.end({ timeout: 1 }),
  };
}
