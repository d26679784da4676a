// Rows of what a source may answer, and what is known then. Shared words for the tables of the five sources.
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import { testCoin } from "../../coins/coins.ts";
import type { TokenServers } from "../../coins/token-servers.ts";

export interface Row {
  readonly what: string;
  readonly given: (servers: TokenServers) => void;
  /** Of the source's own report; `throws`: ProviderError; `rests`: VenuePausedError. */
  readonly gives: SecurityVerdict | "throws" | "rests";
  /** `pass`, `unknown`, `not-applicable`, or of a failed one its severity. */
  readonly checks?: Readonly<Record<string, string>>;
  /** In the reason, in a check's evidence, or in the error. */
  readonly says?: string;
  readonly holds?: "hour" | "day";
  /** `left out`: the report does not say. */
  readonly implementation?: string | null | "left out";
}

export interface Table {
  readonly source: string;
  readonly contract: ContractId;
  readonly rows: readonly Row[];
}

export const contractOf = (ticker: string): ContractId => {
  const [contract] = testCoin(ticker).contracts;
  if (contract === undefined) throw new Error(`${ticker} has no contract`);
  return contract;
};

export const EVM = contractOf("LINK");
export const SOLANA = contractOf("BONK");
export const OTHER_EVM = contractOf("PEPE").contract;

type Records = "goplus" | "honeypot" | "rugcheck" | "sourcify";

/** The record with a part of it changed; `undefined` takes a field away. */
export const changed =
  (source: Records, contract: ContractId, change: Readonly<Record<string, unknown>>) =>
  ({ records }: TokenServers): void => {
    const key = contractText(contract);
    const before = records[source].get(key) as Readonly<Record<string, unknown>>;
    records[source].set(key, { ...before, ...change });
  };
