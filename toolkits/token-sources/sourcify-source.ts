// Floor 2. Sourcify's registry over HTTP → the TokenSource of verified source code, and of the contract that a proxy's calls go to.
// https://docs.sourcify.dev/docs/api/

import { type ContractId, contractId, isEvmChain } from "#schemas/chain.ts";
import { isRecord } from "#schemas/is-record.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import type { SourceClient } from "../requests/source-client.ts";
import { type CheckContext, flagCheck, type RawRecord, readList } from "../security/goplus-fields.ts";
import { flagRule } from "../security/rubric.ts";
import {
  type Asked,
  isSameAddress,
  nothingKnown,
  notItsOwn,
  ofAnother,
  readBoolean,
  reportOfChecks,
} from "./answers.ts";

export const SOURCIFY = "sourcify";

const CONTEXT: CheckContext = { source: SOURCIFY, trusted: false };

/** A contract of its registry; `unserved`: it has none of that chain. */
type Entry = RawRecord | "unserved";

/** `exact_match`: byte by byte, metadata included; `match`: the code is the same, its metadata is another; null: not in the registry. */
function matchAnswer({ match }: RawRecord): boolean | null {
  if (match === "exact_match" || match === "match") return true;
  return match === null ? false : null;
}

interface Proxy {
  /** Null: it does not say. */
  readonly isProxy: boolean | null;
  /** What its calls go to; more than one of a contract that is put together of several; none where it is not told, or cannot be read. */
  readonly to: readonly string[];
}

function proxyOf({ chain }: ContractId, { proxyResolution }: RawRecord): Proxy {
  if (!isRecord(proxyResolution)) return { isProxy: null, to: [] };
  const targets = readList(proxyResolution["implementations"]) ?? [];
  const to = targets.flatMap((target) => {
    const address = isRecord(target) ? target["address"] : undefined;
    const read = typeof address === "string" ? contractId(chain, address) : null;
    return read === null ? [] : [read.contract];
  });
  return { isProxy: readBoolean(proxyResolution["isProxy"]), to: to.length < targets.length ? [] : to };
}

function proxyCheck({ isProxy, to }: Proxy): SecurityCheck {
  const check = flagCheck(CONTEXT, flagRule("is_proxy"), isProxy);
  if (isProxy !== true) return check;
  return {
    ...check,
    evidence: `${check.evidence}; its calls go to ${to.join(" and ") || "a contract that is not told"}`,
  };
}

export function createSourcifySource(client: Pick<SourceClient, "get">): TokenSource {
  async function entryOf({ chain, contract }: ContractId, fields: string, options: CallOptions): Promise<Entry> {
    const path = `/server/v2/contract/${chain}/${contract}${fields}`;
    // 404: it has no such contract, which the answer says as well.
    const { body } = await client.get(path, { ...options, also: [400, 404] });
    if (isRecord(body) && "match" in body) return body;
    if (isRecord(body) && /chain/.test(String(body["customCode"]))) return "unserved";
    throw notItsOwn(SOURCIFY, "JSON that tells no match");
  }

  /** Whether the source of what a proxy's calls go to is verified: another entry of the registry. */
  async function implementationCheck(target: ContractId, options: CallOptions): Promise<SecurityCheck> {
    const entry = await entryOf(target, "", options);
    const isOwn = entry !== "unserved" && isSameAddress(target, entry["address"]);
    return flagCheck(CONTEXT, flagRule("implementation_verified"), isOwn ? matchAnswer(entry) : null);
  }

  async function reportOfEntry(asked: Asked, entry: RawRecord, options: CallOptions): Promise<SecurityReport> {
    const { contract } = asked;
    const verified = flagCheck(CONTEXT, flagRule("source_verified"), matchAnswer(entry));
    const proxy = proxyOf(contract, entry);
    const own = [verified, proxyCheck(proxy)];
    if (proxy.isProxy === null) return reportOfChecks(asked, own);
    if (!proxy.isProxy) return reportOfChecks(asked, own, null);
    const [only, ...others] = proxy.to;
    if (only === undefined || others.length > 0) {
      return reportOfChecks(asked, [...own, flagCheck(CONTEXT, flagRule("implementation_verified"), null)]);
    }
    const target = { chain: contract.chain, contract: only };
    return reportOfChecks(asked, [...own, await implementationCheck(target, options)], only);
  }

  return {
    id: SOURCIFY,
    serves: isEvmChain,
    async report(contract, { nowMs }, options) {
      const asked = { source: SOURCIFY, contract, nowMs };
      const entry = await entryOf(contract, "?fields=proxyResolution", options);
      if (entry === "unserved") return nothingKnown(asked, "Sourcify does not serve this chain.", "day");
      return isSameAddress(contract, entry["address"]) ? reportOfEntry(asked, entry, options) : ofAnother(asked);
    },
  };
}
