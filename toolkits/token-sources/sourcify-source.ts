// Floor 2. Sourcify's registry over HTTP → the TokenSource of verified source code, and of the contract that a proxy's calls go to.
// https://docs.sourcify.dev/docs/api/
import { type ContractId, contractId, isEvmChain } from "#schemas/chain.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import type { SourceClient } from "../requests/source-client.ts";
import {
  type CheckContext,
  flagCheck,
  isRecord,
  type RawRecord,
  readList,
  unknownCheck,
} from "../security/goplus-fields.ts";
import { flagRule } from "../security/rubric.ts";
import { type Asked, isSameAddress, nothingKnown, notItsOwn, ofAnother, reportOfChecks } from "./answers.ts";

export const SOURCIFY = "sourcify";

const CONTEXT: CheckContext = { source: SOURCIFY, trusted: false };

/** A contract of its registry; `unserved`: it has none of that chain. */
type Entry = RawRecord | "unserved";

/** `exact_match`: byte by byte, metadata included; `match`: the code is the same, its metadata is another; null: not in the registry. */
function matchAnswer({ match }: RawRecord): boolean | null {
  if (match === "exact_match" || match === "match") return true;
  return match === null ? false : null;
}

/** Undefined: it does not say; null: it is no proxy; "several": its calls go to more than one contract. */
function implementationOf(
  { chain }: ContractId,
  { proxyResolution }: RawRecord,
): string | null | undefined | "several" {
  if (!isRecord(proxyResolution)) return undefined;
  if (proxyResolution["isProxy"] === false) return null;
  const targets = readList(proxyResolution["implementations"]);
  if (proxyResolution["isProxy"] !== true || targets === null) return undefined;
  const [first, ...others] = targets;
  if (others.length > 0) return "several";
  const address = isRecord(first) ? first["address"] : undefined;
  return typeof address === "string" ? contractId(chain, address)?.contract : undefined;
}

function proxyCheck(implementation: ReturnType<typeof implementationOf>): SecurityCheck {
  const check = flagCheck(CONTEXT, flagRule("is_proxy"), implementation === undefined ? null : implementation !== null);
  if (implementation === undefined || implementation === null) return check;
  const to = implementation === "several" ? "several contracts" : implementation;
  return { ...check, evidence: `${check.evidence}; its calls go to ${to} now` };
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
    const implementation = implementationOf(contract, entry);
    const own = [verified, proxyCheck(implementation)];
    if (implementation === undefined || implementation === null) return reportOfChecks(asked, own, implementation);
    if (implementation === "several") {
      const many = unknownCheck(CONTEXT, "implementation_verified", "medium", "its calls go to several contracts");
      return reportOfChecks(asked, [...own, many]);
    }
    const target = { chain: contract.chain, contract: implementation };
    return reportOfChecks(asked, [...own, await implementationCheck(target, options)], implementation);
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
