// Floor 4. By which settings and definitions of strategies the desk has traded, since when: kept when they change, so that a receipt
// can tell a changed setting from a changed row.
import { z } from "zod";
import { ANALYSIS_DEFINITION_ID } from "#agents/market-analyst/assess.ts";
import { hashOf } from "#schemas/hash.ts";
import type { CallOptions, RunReader } from "#schemas/ports/work.ts";
import { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

const JOB = "receipt-terms";
/** Changes that are kept, the newest: a receipt looks back by days. */
const MOST_CHANGES = 100;

const Terms = z.object({
  sinceMs: UnixMs,
  settings: z.string().describe("hash of limits, costs, markets, terms of strategies and the definition of analyses"),
  strategies: z.record(z.string(), z.string()).describe("definition by id"),
});
export type Terms = Readonly<z.infer<typeof Terms>>;

const KeptTerms = z.object({ changes: z.array(Terms) });

type TermsDesk = Pick<Desk, "config" | "strategies" | "hosts">;

/** As the desk trades now. */
export function termsNow({ config, strategies, hosts }: TermsDesk): Omit<Terms, "sinceMs"> {
  const { limits, costs, markets } = config;
  return {
    settings: hashOf([limits, costs, markets, [...strategies], ANALYSIS_DEFINITION_ID]),
    strategies: Object.fromEntries(hosts.map(({ info }) => [info.id, info.definitionId])),
  };
}

/** Oldest first. @throws StoreError */
export async function keptTerms(runs: RunReader, options: CallOptions): Promise<readonly Terms[]> {
  const kept = await runs.newestResult(JOB, options);
  // Of another version: what was traded by before is not known.
  return KeptTerms.safeParse(kept?.result).data?.changes ?? [];
}

/** Those in force at a moment; null: nobody has kept them. */
export const termsAt = (changes: readonly Terms[], atMs: number): Terms | null =>
  changes.findLast(({ sinceMs }) => sinceMs <= atMs) ?? null;

/** Notes what the desk trades by since a moment, where it is not what was noted last. @throws StoreError */
export async function noteTerms(
  desk: TermsDesk & Pick<Desk, "runs">,
  sinceMs: UnixMs,
  options: CallOptions,
): Promise<void> {
  const now = { sinceMs, ...termsNow(desk) };
  const changes = await keptTerms(desk.runs, options);
  if (changes.length > 0 && isSame(changes.at(-1), now)) return;
  const run = { job: JOB, slotMs: now.sinceMs };
  const begun = await desk.runs.begin({ ...run, nowMs: now.sinceMs }, options);
  if (begun.status === "done") return;
  const next = { changes: [...changes, now].slice(-MOST_CHANGES) };
  await desk.runs.finish({ ...run, fence: begun.fence }, next, options);
}

const isSame = (one: Terms | undefined, other: Terms): boolean =>
  one !== undefined && hashOf([one.settings, one.strategies]) === hashOf([other.settings, other.strategies]);
