// What a local exchange says of the coins that it lists: over which networks it moves them, under which contracts, how it marks them. From
// test/coins/coins.json, but for what a test changes.
import type { VenueMark } from "#schemas/coin.ts";
import { TEST_COINS, type TestCoin } from "../coins/coins.ts";

export interface ListedNetwork {
  /** Id of toolkits/identity/chains.json; else the chain's name, under which venues that name it by its coin show the coin's ticker. */
  readonly chain: string;
  /** Null: the chain's own coin. */
  readonly contract: string | null;
  readonly deposits: boolean;
  readonly withdrawals: boolean;
}

export interface ListedCoin {
  readonly code: string;
  readonly name: string;
  /** None for money. */
  readonly networks: readonly ListedNetwork[];
  readonly marks: readonly VenueMark[];
}

const MONEY: ReadonlySet<string> = new Set(["USD", "EUR"]);

export const moved = (chain: string, contract: string | null, rest: Partial<ListedNetwork> = {}): ListedNetwork => ({
  chain,
  contract,
  deposits: true,
  withdrawals: true,
  ...rest,
});

function networksOf({ nativeTo, contracts }: TestCoin): readonly ListedNetwork[] {
  const own = nativeTo === null ? [] : [moved(nativeTo, null)];
  return [...own, ...contracts.map(({ chain, contract }) => moved(chain, contract))];
}

/** The largest of that ticker; of one that the table does not have, a coin of its own chain. */
export function usualCoin(code: string): ListedCoin {
  const known = usualCoins.get(code);
  if (known !== undefined) return known;
  const coin = madeCoin(code);
  usualCoins.set(code, coin);
  return coin;
}

/** Each is asked for in every answer of a venue. */
const usualCoins = new Map<string, ListedCoin>();

function madeCoin(code: string): ListedCoin {
  const coin = TEST_COINS.find(({ ticker }) => ticker === code);
  if (coin !== undefined) return { code, name: coin.name, networks: networksOf(coin), marks: [] };
  return { code, name: code, networks: MONEY.has(code) ? [] : [moved(code, null)], marks: [] };
}

/** A venue's names of networks; what is in none of its rows has the coin's own ticker. */
export const networkNames =
  (names: Readonly<Record<string, string>>) =>
  ({ code }: ListedCoin, { chain }: ListedNetwork): string =>
    names[chain] ?? (chain === "999" ? "HyperEVM" : code);

export const isMarked = ({ marks }: ListedCoin, mark: VenueMark): boolean => marks.includes(mark);
