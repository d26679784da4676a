// Floor 2. What an exchange names as a coin's contracts, and what a ranking does → whether they can be the same coin. The canonical chain
// gates; other chains count where the exchange does not name that one.
import type { ContractId } from "#schemas/chain.ts";
import type { CoinNetwork, RankedAsset, VenueCoin } from "#schemas/coin.ts";
import { quoteText } from "../security/goplus-fields.ts";
import { CUT, chainName } from "./chains.ts";
import type { NativeCoin } from "./native-coins.ts";

export interface Comparison {
  /**
   * `open`: nothing that both name can be compared. Where the exchange names no contracts to us: `unstated` of a token, `unnamed` of a
   * chain's own coin, which has none.
   */
  readonly kind: "same" | "different" | "open" | "unstated" | "unnamed";
  readonly evidence: string;
  /** What is judged where they are the same; null: the chain's own coin. */
  readonly contract: ContractId | null;
}

type Named = CoinNetwork & { readonly contract: string };

const isNamed = (network: CoinNetwork): network is Named => network.contract !== null;
/** Shown on the chain that the exchange means, for people. */
const shown = ({ chain, network, contract }: Named): string =>
  `${quoteText(contract)} on ${chain === null ? quoteText(network) : chainName(chain)}`;
const isSame = (named: string, known: string): boolean =>
  named === known || (named.startsWith(CUT) && known.endsWith(named.slice(CUT.length)));

const result = (kind: Comparison["kind"], evidence: string, contract: ContractId | null = null): Comparison => ({
  kind,
  evidence,
  contract,
});

/** Of the networks on one chain: whether all, some or none of those named are of the coin. */
function onChain(named: readonly Named[], known: readonly ContractId[], chain: string): "all" | "some" | "none" | null {
  const here = named.filter((one) => one.chain === chain);
  const mine = known.filter((one) => one.chain === chain);
  if (here.length === 0 || mine.length === 0) return null;
  const same = here.filter(({ contract }) => mine.some((one) => isSame(contract, one.contract)));
  if (same.length === here.length) return "all";
  return same.length === 0 ? "none" : "some";
}

function ofToken({ ticker, contracts }: RankedAsset, networks: readonly CoinNetwork[]): Comparison {
  const named = networks.filter(isNamed);
  const [canonical] = contracts;
  if (canonical === undefined)
    return result("open", `no contract of ${ticker} is known, nor is it known as a chain's own coin`);
  const other = named.find(
    ({ chain, contract }) =>
      contracts.some((one) => one.chain === chain) &&
      !contracts.some((one) => one.chain === chain && isSame(contract, one.contract)),
  );
  const differs = (): string => {
    const expected = contracts.find(({ chain }) => chain === other?.chain);
    const has = expected === undefined ? "" : `, ${ticker} is ${expected.contract} there`;
    return other === undefined ? "" : `the exchange names ${shown(other)}${has}`;
  };
  const gate = onChain(named, contracts, canonical.chain);
  if (gate === "all") {
    const cut = named.some(({ chain, contract }) => chain === canonical.chain && contract.startsWith(CUT));
    const what = cut ? "the end of the contract is the same" : "the exchange names the same contract";
    return result("same", `${what} on ${chainName(canonical.chain)}`, canonical);
  }
  if (gate === "none") return result("different", differs());
  if (gate === "some") return result("open", `${differs()}, and the right one beside it`);
  const others = [...new Set(contracts.map(({ chain }) => chain))].flatMap((chain) => {
    const found = onChain(named, contracts, chain);
    return found === null ? [] : [{ chain, found }];
  });
  const same = others.filter(({ found }) => found === "all");
  if (same.length > 0) {
    const chains = same.map(({ chain }) => chainName(chain)).join(", ");
    return result(
      "same",
      `the exchange names the same contract on ${chains}, and none on ${chainName(canonical.chain)}`,
      canonical,
    );
  }
  if (others.some(({ found }) => found === "none")) return result("different", differs());
  const where = [...new Set(networks.map(({ network }) => quoteText(network)))].slice(0, 3).join(", ");
  return result(
    "open",
    `on no chain are contracts known from both (${where === "" ? "the exchange names no network" : where})`,
  );
}

function ofNative(asset: RankedAsset, native: NativeCoin, networks: readonly CoinNetwork[]): Comparison {
  const known = ({ chain, contract }: Named): boolean =>
    asset.contracts.some((one) => one.chain === chain && isSame(contract, one.contract));
  const own = networks.filter((network) => native.isOwn(network));
  const wrong = own.filter(isNamed).find((one) => !native.isPlaceholder(one.contract) && !known(one));
  if (wrong !== undefined)
    return result("different", `the exchange names ${shown(wrong)}, where ${asset.ticker} is the chain's own coin`);
  if (own.length > 0) return result("same", `the exchange moves it on ${native.chain}, whose own coin it is`);
  const named = networks.filter(isNamed);
  const bridged = named.find(known);
  const [other] = named;
  const contract = asset.contracts.find(({ chain }) => chain === bridged?.chain);
  if (bridged !== undefined && contract !== undefined)
    return result("same", `the exchange names ${shown(bridged)}, which is the coin's`, contract);
  if (other !== undefined)
    return result(
      "different",
      `the exchange names ${shown(other)} alone, and ${asset.ticker} is the own coin of ${native.chain}`,
    );
  const where = networks
    .map(({ network }) => quoteText(network))
    .slice(0, 3)
    .join(", ");
  return result(
    "open",
    where === "" ? "the exchange names no network of it" : `the exchange's ${where} is not known as ${native.chain}`,
  );
}

/** @param coin what the exchange says of the coin; undefined: it is not in its list */
export function compareContracts(
  asset: RankedAsset,
  native: NativeCoin | null,
  coin: VenueCoin | undefined,
  statesContracts: boolean,
): Comparison {
  const networks = coin?.networks ?? [];
  if (!statesContracts && !networks.some(isNamed)) {
    return native === null
      ? result(
          "unstated",
          "the exchange names no contracts to us: ranking and price alone say which coin it is",
          asset.contracts[0] ?? null,
        )
      : result("unnamed", `it is the own coin of ${native.chain}, and the exchange names no contract`);
  }
  if (coin === undefined) return result("open", "it is not in the exchange's list of coins");
  const compared = native === null ? ofToken(asset, networks) : ofNative(asset, native, networks);
  // Where it names contracts of its own chain only (hyperliquid), what it does not name says nothing.
  const isOneSided = compared.kind === "open" || (native !== null && compared.kind === "different");
  return isOneSided && !statesContracts
    ? result(
        "unstated",
        `${compared.evidence}; it names no other: ranking and price say which coin it is`,
        asset.contracts[0] ?? null,
      )
    : compared;
}
