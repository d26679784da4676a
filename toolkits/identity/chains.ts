// Floor 2. Chains by id, and by the names that rankings and venues give them: chains.json.
import { z } from "zod";
import type { RankingSourceId } from "#schemas/coin.ts";
import table from "./chains.json" with { type: "json" };

const Chain = z.strictObject({
  id: z.string(),
  name: z.string(),
  evm: z.boolean(),
  coingecko: z.string().optional(),
  coinpaprika: z.string().optional(),
  venues: z.string(),
});
export type Chain = Readonly<z.infer<typeof Chain>>;

export const CHAINS: readonly Chain[] = z.array(Chain).parse(table.chains);

const BY_ID: ReadonlyMap<string, Chain> = new Map(CHAINS.map((chain) => [chain.id, chain]));

/** `1` → `Ethereum`; of an id that is not in the table the id itself. */
export const chainName = (id: string): string => BY_ID.get(id)?.name ?? `chain ${id}`;

/** How a venue's name of a network is compared. */
export const foldNetwork = (network: string): string => network.toUpperCase().replaceAll(/[\s_()-]+/g, "");

const BY_NETWORK: ReadonlyMap<string, string> = new Map(
  CHAINS.flatMap(({ id, venues }) => venues.split(" ").map((name) => [name, id] as const)),
);

/** `Optimism(OP)`: both names mean the network. */
const WITH_SHORT_NAME = /^(.+)\(([^()]+)\)$/;

/** The chain of a network as a venue or ccxt names it; null: it is in no row, or its two names are not of one. */
export function chainOfNetwork(network: string): string | null {
  const whole = BY_NETWORK.get(foldNetwork(network));
  const [, long, short] = WITH_SHORT_NAME.exec(network.trim()) ?? [];
  if (whole !== undefined || long === undefined || short === undefined) return whole ?? null;
  const [a, b] = [BY_NETWORK.get(foldNetwork(long)), BY_NETWORK.get(foldNetwork(short))];
  return a === undefined || b === undefined || a === b ? (a ?? b ?? null) : null;
}

/** The chain of a ranking's platform id; null: it is in no row. */
export const chainOfPlatform = (source: RankingSourceId, platform: string): string | null =>
  CHAINS.find((chain) => chain[source] === platform)?.id ?? null;

/** Beginning of a contract of which an exchange shows the last characters only. */
export const CUT = "…";
