// Floor 2. ccxt's list of currencies → what the exchange itself says of each coin: networks, contracts, whether it can be moved, marks. Read
// from the exchange's own entries: ccxt takes a flag that is not there for "open", and merges networks of one name.
import { z } from "zod";
import { contractId, isEvmChain } from "#schemas/chain.ts";
import type { CoinNetwork, VenueCoin, VenueCoins } from "#schemas/coin.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { UnixMs } from "#schemas/units.ts";
import { CUT, chainOfNetwork } from "../../identity/chains.ts";
import { fieldText, marksOf } from "./marks.ts";
import type { CoinFacts, VenueFacts, YesOrNo } from "./venue-facts.ts";

const MAX_NAME_CHARS = 80;
const MAX_CONTRACT_CHARS = 128;
/** A list of which more than this share cannot be read is taken for none. */
const MOST_UNREADABLE = 0.5;

const Currency = z.object({
  code: z.string().min(1).max(40),
  name: z.string().nullish().catch(null),
  info: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
});
const Entry = z.record(z.string(), z.unknown());

const plain = (text: string, most: number): string =>
  text
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, most);

function isYes(entry: unknown, flag: YesOrNo | null): boolean | null {
  const text = flag === null ? null : fieldText(entry, flag.field);
  if (flag === null || text === null) return null;
  if (flag.yes.includes(text)) return true;
  return flag.no.includes(text) ? false : null;
}

/** The last characters of an address, which is all that some exchanges show. */
const ENDS = { evm: /^[0-9a-f]{4,39}$/i, other: /^[1-9A-HJ-NP-Za-km-z]{4,31}$/ };

/** The contract in one spelling; of one that is none on that chain the chain is not taken for known. */
function readContract(chain: string | null, text: string): Pick<CoinNetwork, "chain" | "contract"> {
  if (text === "") return { chain, contract: null };
  const whole = chain === null ? null : contractId(chain, text);
  if (whole !== null) return whole;
  if (chain !== null && isEvmChain(chain) && ENDS.evm.test(text)) return { chain, contract: CUT + text.toLowerCase() };
  if (chain === "solana" && ENDS.other.test(text)) return { chain, contract: CUT + text };
  return { chain: null, contract: text };
}

function readNetwork(entry: unknown, code: string, facts: CoinFacts): CoinNetwork {
  // okx: `USDT-ERC20`.
  const withoutCode = (name: string): string => (name.startsWith(`${code}-`) ? name.slice(code.length + 1) : name);
  const names = facts.network.flatMap((field) => fieldText(entry, field) ?? []).map(withoutCode);
  const [name = facts.networkName] = names;
  const chain = [name, ...names].map(chainOfNetwork).find((one) => one !== null) ?? null;
  const contract = facts.contract === null ? null : fieldText(entry, facts.contract);
  return {
    network: plain(name, MAX_NAME_CHARS),
    ...readContract(chain, plain(contract ?? "", MAX_CONTRACT_CHARS)),
    deposits: isYes(entry, facts.deposits),
    withdrawals: isYes(entry, facts.withdrawals),
  };
}

/** The entries of its networks; null: something else stands there. */
function networkEntries(info: unknown, { networks, deposits }: CoinFacts): readonly unknown[] | null {
  if (networks === null) return deposits === null ? [] : [info];
  const said: unknown = networks === "" ? info : Entry.safeParse(info).data?.[networks];
  if (said === undefined || said === null) return [];
  const list = Array.isArray(said) ? said : [said];
  return list.every((one) => Entry.safeParse(one).success) ? list : null;
}

function readCoin(
  said: unknown,
  { marks, coins }: { readonly marks: VenueFacts["marks"]; readonly coins: CoinFacts },
): VenueCoin | null {
  const currency = Currency.safeParse(said).data;
  if (currency === undefined) return null;
  const { code, name, info } = currency;
  const entries = networkEntries(info, coins);
  if (entries === null) return null;
  return {
    code,
    name: name == null || name === "" ? null : plain(name, MAX_NAME_CHARS),
    networks: entries.map((entry) => readNetwork(entry, code, coins)),
    marks: marksOf("coin", info, marks),
  };
}

/**
 * Coins that cannot be read are left out. @param baseOf the name that the exchange's markets have for a coin
 * @throws ProviderError for something else than a list of coins, or one most of which cannot be read
 */
export function parseCoins(
  answer: unknown,
  facts: Pick<VenueFacts, "id" | "marks"> & { readonly coins: CoinFacts },
  { seenAtMs, baseOf }: { readonly seenAtMs: UnixMs; readonly baseOf: (code: string) => string },
): VenueCoins {
  const said = Object.values(Entry.safeParse(answer).data ?? {});
  const coins = said.flatMap((one) => readCoin(one, facts) ?? []);
  if (coins.length === 0 || said.length - coins.length > MOST_UNREADABLE * said.length) {
    throw new ProviderError({
      was: `${facts.id} answered with something else than a list of coins.`,
      remedy: "Check the network and the venue's status page.",
    });
  }
  return {
    seenAtMs,
    statesContracts: facts.coins.contract !== null && !facts.coins.ofOneChain,
    statesTransfers: facts.coins.deposits !== null && facts.coins.withdrawals !== null,
    coins: coins.map((coin) => ({ ...coin, code: baseOf(coin.code) })),
  };
}
