// A local exchange → the same one with a list of the coins that it moves, and over which networks, in the exchange's documented shape. Keyed
// lists are given to whom signs, whatever the signature says.
import { isEvmChain } from "#schemas/chain.ts";
import type { Ask } from "../exchanges/ask.ts";
import { type Answer, ok, type Protocol } from "../exchanges/protocol.ts";
import type { TestCoin } from "./coins.ts";

interface Network {
  /** As the exchange calls it. */
  readonly name: string;
  readonly contract: string | null;
}

interface CoinList {
  readonly path: string;
  /** What ccxt asks for beside it, answered with an empty list. */
  readonly beside?: string;
  /** The exchange's names of Ethereum, BNB Chain, Arbitrum One, OP Mainnet, Base and Solana. */
  readonly names: readonly [string, string, string, string, string, string];
  body(coins: readonly { readonly coin: TestCoin; readonly networks: readonly Network[] }[]): unknown;
}

const CHAINS = ["1", "56", "42161", "10", "8453", "solana"];

const data = (rows: unknown, code: string) => ({ code, msg: "", data: rows });

const LISTS: Readonly<Record<string, CoinList>> = {
  /** https://developers.binance.com/docs/wallet/capital/all-coins-info */
  binance: {
    path: "/sapi/v1/capital/config/getall",
    beside: "/sapi/v1/margin/allPairs",
    names: ["ETH", "BSC", "ARBITRUM", "OPTIMISM", "BASE", "SOL"],
    body: (coins) =>
      coins.map(({ coin, networks }) => ({
        coin: coin.ticker,
        name: coin.name,
        depositAllEnable: true,
        withdrawAllEnable: true,
        trading: true,
        networkList: networks.map(({ name, contract }) => ({
          coin: coin.ticker,
          network: name,
          name,
          depositEnable: true,
          withdrawEnable: true,
          withdrawIntegerMultiple: "0.00000001",
          ...(contract === null ? {} : { contractAddress: contract }),
        })),
      })),
  },
  /** https://www.okx.com/docs-v5/en/#funding-account-rest-api-get-currencies */
  okx: {
    path: "/api/v5/asset/currencies",
    names: ["ERC20", "BSC", "Arbitrum One", "Optimism", "Base", "Solana"],
    body: (coins) =>
      data(
        coins.flatMap(({ coin, networks }) =>
          networks.map(({ name, contract }) => ({
            ccy: coin.ticker,
            name: coin.name,
            chain: `${coin.ticker}-${name}`,
            ctAddr: contract ?? "",
            canDep: true,
            canWd: true,
          })),
        ),
        "0",
      ),
  },
  /** https://bybit-exchange.github.io/docs/v5/asset/coin-info */
  bybit: {
    path: "/v5/asset/coin/query-info",
    names: ["ETH", "BSC", "ARBI", "OP", "BASE", "SOL"],
    body: (coins) => ({
      retCode: 0,
      retMsg: "",
      result: {
        rows: coins.map(({ coin, networks }) => ({
          name: coin.name,
          coin: coin.ticker,
          chains: networks.map(({ name, contract }) => ({
            chainType: name,
            chain: name,
            chainDeposit: "1",
            chainWithdraw: "1",
            minAccuracy: "8",
            contractAddress: contract ?? "",
          })),
        })),
      },
    }),
  },
  /** https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-all-currencies */
  kucoin: {
    path: "/api/v3/currencies",
    names: ["ERC20", "BEP20", "ARBITRUM", "OPTIMISM", "BASE", "SOL"],
    body: (coins) =>
      data(
        coins.map(({ coin, networks }) => ({
          currency: coin.ticker,
          name: coin.ticker,
          fullName: coin.name,
          precision: 8,
          contractAddress: null,
          chains: networks.map(({ name, contract }) => ({
            chainName: name,
            chainId: name.toLowerCase(),
            isWithdrawEnabled: true,
            isDepositEnabled: true,
            contractAddress: contract ?? "",
          })),
        })),
        "200000",
      ),
  },
  /** https://www.gate.com/docs/developers/apiv4/en/#query-all-currency-information */
  gate: {
    path: "/api/v4/spot/currencies",
    names: ["ETH", "BSC", "ARBEVM", "OPETH", "BASEEVM", "SOL"],
    body: (coins) =>
      coins.map(({ coin, networks }) => ({
        currency: coin.ticker,
        name: coin.name,
        delisted: false,
        withdraw_disabled: false,
        withdraw_delayed: false,
        deposit_disabled: false,
        trade_disabled: false,
        chain: networks[0]?.name ?? "",
        chains: networks.map(({ name, contract }) => ({
          name,
          addr: contract ?? "",
          withdraw_disabled: false,
          withdraw_delayed: false,
          deposit_disabled: false,
        })),
      })),
  },
  /** https://mexcdevelop.github.io/apidocs/spot_v3_en/#query-the-currency-information */
  mexc: {
    path: "/api/v3/capital/config/getall",
    names: ["ETH", "BSC", "ARB", "OP", "BASE", "SOL"],
    body: (coins) =>
      coins.map(({ coin, networks }) => ({
        coin: coin.ticker,
        name: coin.name,
        networkList: networks.map(({ name, contract }) => ({
          coin: coin.ticker,
          name: coin.name,
          network: name,
          netWork: name,
          depositEnable: true,
          withdrawEnable: true,
          contract,
        })),
      })),
  },
  /** https://www.bitget.com/api-doc/spot/market/Get-Coin-List */
  bitget: {
    path: "/api/v2/spot/public/coins",
    names: ["ERC20", "BEP20", "ArbitrumOne", "Optimism", "BASE", "SOL"],
    body: (coins) =>
      data(
        coins.map(({ coin, networks }, at) => ({
          coinId: String(at + 1),
          coin: coin.ticker,
          transfer: "true",
          chains: networks.map(({ name, contract }) => ({
            chain: name,
            needTag: "false",
            withdrawable: "true",
            rechargeable: "true",
            contractAddress: contract,
          })),
        })),
        "00000",
      ),
  },
};

/** Its own chain first, then those on which it has a contract. */
function networksOf(coin: TestCoin, names: CoinList["names"]): readonly Network[] {
  const nameOf = (chain: string): string => names[CHAINS.indexOf(chain)] ?? chain;
  const { nativeTo } = coin;
  const own =
    nativeTo === null ? [] : [{ name: CHAINS.includes(nativeTo) ? nameOf(nativeTo) : coin.ticker, contract: null }];
  return [
    ...own,
    ...coin.contracts.map(({ chain, contract }) => ({ name: nameOf(chain), contract: written(chain, contract) })),
  ];
}

/** Exchanges write addresses of EVM chains in mixed case; the case says nothing. */
const written = (chain: string, contract: string): string =>
  isEvmChain(chain) ? `0x${contract.slice(2).toUpperCase()}` : contract;

/** Exchanges that have no such list, or one without contracts, stay as they are. */
export function withCoins(protocol: Protocol, coins: readonly TestCoin[]): Protocol {
  const list = LISTS[protocol.id];
  if (list === undefined) return protocol;
  const isList = ({ path }: Ask): boolean => path === list.path || path === list.beside;
  const all = coins.map((coin) => ({ coin, networks: networksOf(coin, list.names) }));
  return {
    ...protocol,
    kindsOf: (ask) => (isList(ask) ? ["markets"] : protocol.kindsOf(ask)),
    answer: (ask, view): Answer =>
      isList(ask) ? ok(ask.path === list.path ? list.body(all) : []) : protocol.answer(ask, view),
  };
}
