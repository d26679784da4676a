// Floor 2. GoPlus over HTTP → the TokenSource of EVM chains and Solana: one contract a request, its record judged by the reader of all GoPlus
// records. Status 200 says nothing there: the code in the body does.

import { type ContractId, isEvmChain } from "#schemas/chain.ts";
import { isRecord } from "#schemas/is-record.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import type { SourceClient } from "../requests/source-client.ts";
import { reportFromGoPlus } from "../security/goplus.ts";
import { type RawRecord, readAmount } from "../security/goplus-fields.ts";
import { type Asked, answeredAt, isSameAddress, nothingKnown, notItsOwn, ofAnother } from "./answers.ts";
import type { GoPlusKey } from "./goplus-key.ts";

export const GOPLUS = "goplus";

/** https://docs.gopluslabs.io/reference/api-status-code */
const OK = 1;
const PENDING = 2;
const TOO_MANY = 4029;
/** Of the key: none such, its time, its signature; of the token: missing, wrong or expired. */
const KEY_CODES: ReadonlySet<number> = new Set([4010, 4011, 4012, 4022, 4023]);

/** Codes that say that it knows nothing of this contract, and why. */
const KNOWS_NOTHING: ReadonlyMap<number, readonly [reason: string, holds: "day" | "hour"]> = new Map([
  [PENDING, ["GoPlus has not finished its record of this contract.", "hour"]],
  [2004, ["GoPlus takes this for no address of that chain.", "hour"]],
  [2018, ["GoPlus does not serve this chain.", "day"]],
  [2020, ["GoPlus finds no contract at this address.", "hour"]],
  [2021, ["GoPlus has no record of this contract.", "hour"]],
  [5006, ["GoPlus does not take this request.", "hour"]],
]);

const codeOf = (body: unknown): number | null => (isRecord(body) ? readAmount(body["code"]) : null);

/** What the client looks for in every answer. */
export const goPlusLimit = (body: unknown): string | null =>
  codeOf(body) === TOO_MANY ? `that it was asked too often (code ${TOO_MANY})` : null;

const pathOf = ({ chain, contract }: ContractId): string =>
  `/api/v1/${chain === "solana" ? "solana/token_security" : `token_security/${chain}`}?contract_addresses=${encodeURIComponent(contract)}`;

/** The record of this contract; `another`: the answer is not of it; null: it has none. */
function recordOf(contract: ContractId, result: unknown): RawRecord | "another" | null {
  if (!isRecord(result)) return null;
  const entries = Object.entries(result);
  const own = entries.find(([address]) => isSameAddress(contract, address));
  if (own === undefined) return entries.length === 0 ? null : "another";
  return isRecord(own[1]) && Object.keys(own[1]).length > 0 ? own[1] : null;
}

function reportOfAnswer(asked: Asked, body: unknown): SecurityReport {
  const code = codeOf(body);
  if (code === null || !isRecord(body)) throw notItsOwn(GOPLUS, "JSON without a code");
  const nothing = KNOWS_NOTHING.get(code);
  if (nothing !== undefined) return nothingKnown(asked, ...nothing);
  if (code !== OK) {
    throw notItsOwn(GOPLUS, `code ${code}${KEY_CODES.has(code) ? ": it refuses the key, or wants one" : ""}`);
  }
  const record = recordOf(asked.contract, body["result"]);
  if (record === "another") return ofAnother(asked);
  if (record === null) return nothingKnown(asked, "GoPlus has no record of this contract.");
  return reportFromGoPlus({
    record,
    ...asked.contract,
    source: GOPLUS,
    nowMs: asked.nowMs,
    ...answeredAt(asked.nowMs),
  });
}

export function createGoPlusSource(client: Pick<SourceClient, "get">, key: GoPlusKey): TokenSource {
  async function ask(contract: ContractId, options: CallOptions): Promise<unknown> {
    const headers = await key.headers(options);
    const { body } = await client.get(pathOf(contract), { ...options, headers });
    return body;
  }
  return {
    id: GOPLUS,
    serves: (chain) => chain === "solana" || isEvmChain(chain),
    async report(contract, { nowMs }, options) {
      let body = await ask(contract, options);
      // A token may end before its time: once, another one is asked for.
      if (KEY_CODES.has(codeOf(body) ?? OK) && key.forget()) body = await ask(contract, options);
      return reportOfAnswer({ source: GOPLUS, contract, nowMs }, body);
    },
  };
}
