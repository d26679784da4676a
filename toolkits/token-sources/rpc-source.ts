// Floor 2. The chain itself, through a node of the operator's choice → the TokenSource of what needs nobody's word: that there is a contract,
// what a proxy's calls go to, who owns it, whether it stands still. Public nodes lie and lag: all is read at one block, whose age is looked at.
import type { ContractId } from "#schemas/chain.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { type CheckContext, flagCheck, makeCheck, unknownCheck } from "../security/goplus-fields.ts";
import { isBurnAddress } from "../security/holder-checks.ts";
import { flagRule } from "../security/rubric.ts";
import { type Asked, nothingKnown, reportOfChecks } from "./answers.ts";
import { isContractCode, mayDelegate, minimalProxyTarget, SELECTORS, SLOTS } from "./proxies.ts";
import { addressOfWord, type Head, type RpcNode } from "./rpc-node.ts";

/** One source a node: each rests, and is asked, for itself. */
export const rpcId = (chain: string): string => `rpc-${chain}`;

/** A node whose newest block is further from now, either way, does not say how things stand. */
const MAX_HEAD_AGE_MS = 600_000;

/** What a contract's calls go to. */
type Target =
  /** `admin`: who may change it, where the contract says so. */
  | { readonly kind: "proxy"; readonly to: readonly string[]; readonly admin: string | null }
  | { readonly kind: "none" }
  /** It can run other code, and keeps the address where no proxy that is known here does. */
  | { readonly kind: "unclear" };

interface Read {
  readonly context: CheckContext;
  readonly node: RpcNode;
  readonly address: string;
  readonly at: Head;
  readonly options: CallOptions;
}

function headFault({ timeMs }: Head, nowMs: UnixMs): string | null {
  if (Math.abs(nowMs - timeMs) <= MAX_HEAD_AGE_MS) return null;
  const newest = Number.isFinite(timeMs) && timeMs < 8e15 ? toIso(unixMs(timeMs)) : "no moment";
  return `The newest block of the node is from ${newest}: it says nothing of now.`;
}

async function beaconTarget({ node, at, options }: Read, beacon: string): Promise<string | null> {
  const word = await node.read(beacon, SELECTORS["implementation()"], at, options);
  return word === null ? null : addressOfWord(word);
}

async function targetOf(read: Read, code: string): Promise<Target> {
  const { node, address, at, options } = read;
  const minimal = minimalProxyTarget(code);
  if (minimal !== null) return { kind: "proxy", to: [minimal], admin: null };
  const slot = (name: keyof typeof SLOTS): Promise<string | null> => node.addressAt(address, SLOTS[name], at, options);
  const [direct, beacon, zeppelin, proxiable] = [
    await slot("implementation"),
    await slot("beacon"),
    await slot("zeppelin"),
    await slot("proxiable"),
  ];
  const found = [direct, beacon === null ? null : await beaconTarget(read, beacon), zeppelin, proxiable];
  const to = [...new Set(found.filter((one) => one !== null))];
  if (to.length > 0 || beacon !== null) return { kind: "proxy", to, admin: await slot("admin") };
  return { kind: mayDelegate(code) ? "unclear" : "none" };
}

function proxyCheck({ context }: Pick<Read, "context">, target: Target): SecurityCheck {
  const rule = flagRule("is_proxy");
  if (target.kind === "none") return flagCheck(context, rule, false);
  if (target.kind === "unclear") {
    return unknownCheck(context, rule.id, rule.severity, "it can run other code in its place; which cannot be read");
  }
  const to = target.to.length === 0 ? "cannot be read" : target.to.join(" and ");
  const admin = target.admin === null ? "" : `, which ${target.admin} may change`;
  return makeCheck(context, rule.id, "fail", rule.severity, `${rule.bad}; its calls go to ${to} now${admin}`);
}

/** That there is code, of a proxy also where its calls go. */
async function existenceCheck({ context, node, at, options }: Read, target: Target): Promise<SecurityCheck> {
  const rule = flagRule("contract_exists");
  for (const to of target.kind === "proxy" ? target.to : []) {
    if (isContractCode(await node.code(to, at, options))) continue;
    return makeCheck(context, rule.id, "fail", rule.severity, `its calls go to ${to}, where there is no contract`);
  }
  return flagCheck(context, rule, true);
}

async function ownerCheck({ context, node, address, at, options }: Read): Promise<SecurityCheck> {
  const rule = flagRule("owner");
  const word = await node.read(address, SELECTORS["owner()"], at, options);
  if (word === null) return makeCheck(context, rule.id, "not-applicable", rule.severity, "it names no owner");
  const owner = addressOfWord(word);
  if (owner === null) return flagCheck(context, rule, null);
  const check = flagCheck(context, rule, !isBurnAddress(owner));
  return check.state === "fail" ? { ...check, evidence: `${check.evidence}: ${owner}` } : check;
}

async function pausedCheck({ context, node, address, at, options }: Read): Promise<SecurityCheck> {
  const rule = flagRule("paused");
  const word = await node.read(address, SELECTORS["paused()"], at, options);
  if (word === null) return makeCheck(context, rule.id, "not-applicable", rule.severity, "it names no pause");
  const flag = /^0x0{63}([01])$/.exec(word)?.[1];
  return flagCheck(context, rule, flag === undefined ? null : flag === "1");
}

async function inspect(asked: Asked, read: Read): Promise<SecurityReport> {
  const code = await read.node.code(read.address, read.at, read.options);
  if (!isContractCode(code)) {
    return reportOfChecks(asked, [flagCheck(read.context, flagRule("contract_exists"), false)]);
  }
  const target = await targetOf(read, code);
  const checks = [
    await existenceCheck(read, target),
    proxyCheck(read, target),
    await ownerCheck(read),
    await pausedCheck(read),
  ];
  if (target.kind === "none") return reportOfChecks(asked, checks, null);
  const [only, ...others] = target.kind === "proxy" ? target.to : [];
  return reportOfChecks(asked, checks, others.length === 0 ? only : undefined);
}

export function createRpcSource(chain: string, node: RpcNode): TokenSource {
  const id = rpcId(chain);
  return {
    id,
    serves: (other) => other === chain,
    async report(contract: ContractId, { nowMs }, options) {
      const asked = { source: id, contract, nowMs };
      const answering = await node.chainId(options);
      if (answering !== contract.chain) return nothingKnown(asked, `The node answers for chain ${answering}.`);
      const at = await node.head(options);
      const fault = headFault(at, nowMs);
      if (fault !== null) return nothingKnown(asked, fault);
      const context = { source: id, trusted: false };
      return inspect(asked, { context, node, address: contract.contract, at, options });
    },
  };
}
