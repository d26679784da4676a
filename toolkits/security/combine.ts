// Floor 2. The word of several sources, of venue and ranking, and of the desk's own table → one report. Pure. Worse wins: what is not known
// stays unknown. It is the same for every desk on a store; the operator's word of one desk is laid over it where that desk decides (overrides.ts).
import { type ContractId, isEvmChain } from "#schemas/chain.ts";
import type { CoinIdentity } from "#schemas/coin.ts";
import type { SecurityCheck, SecurityEvidence, SecurityReport } from "#schemas/security.ts";
import type { PinnedImplementation } from "#schemas/security-trust.ts";
import type { UnixMs } from "#schemas/units.ts";
import { chainName } from "../identity/chains.ts";
import { EXPIRED, IMPLEMENTATION, NO_SOURCE, RECORD } from "./check-ids.ts";
import { freezeReport, validityOfDay } from "./goplus.ts";
import { quoteText } from "./goplus-fields.ts";
import { agreedImplementation, implementationCheck, implementationsOf, isOfThisCode } from "./implementation-check.ts";
import { lostIn, weighs } from "./lost-findings.ts";
import { mergeChecks } from "./merge-checks.ts";
import { sourceOf } from "./report-source.ts";
import { isSettled, judge, REQUIRED_CHECKS, severityOf } from "./rubric.ts";
import { whyNotSatisfied } from "./satisfy.ts";
import { entriesOf, type TrustedContract } from "./trusted-contracts.ts";

export interface CombineInput {
  /** Null: a contract that was asked for by its address, or a coin that nobody identified. */
  readonly identity: CoinIdentity | null;
  /** What `reports` are about; null: a chain's own coin, or not known. By default that of the identity. */
  readonly contract?: ContractId | null;
  /** The newest of each source, those that are over included: a finding is not forgotten because its source fell silent. */
  readonly reports: readonly SecurityReport[];
  /** Sources that serve the chain and have said nothing that holds. */
  readonly silent?: readonly { readonly source: string; readonly why: string }[];
  readonly trusted: readonly TrustedContract[];
  /** Of this contract. */
  readonly pinned: PinnedImplementation | null;
  readonly nowMs: UnixMs;
}

const DESK = "desk";

const openCheck = (id: string, source: string, evidence: string): SecurityCheck => ({
  id,
  state: "unknown",
  severity: "critical",
  source,
  evidence,
});

/**
 * One report of all that is known at `nowMs`, identity first. Frozen. The checks carry no time, so that they stay equal while the facts do;
 * `evidence` has the times. It holds until the first of the parts that its verdict rests on is over.
 */
export function combinedReport(input: CombineInput): SecurityReport {
  const { identity, nowMs } = input;
  const contract = input.contract ?? identity?.contract ?? null;
  const coin = identityChecks(identity, nowMs);
  if (contract === null) return withoutContract(input, coin);

  const parts = partsOf(input, contract);
  const token = tokenChecks(input, contract, parts);
  const checks = [...coin, ...token.checks];
  const implementation = agreedImplementation(token.found);
  const saysNone = token.found.named.size === 0 && parts.valid.some((report) => report.implementation === null);
  return freezeReport({
    ...judge(checks),
    chain: contract.chain,
    contract: contract.contract,
    checks,
    ...datesOf(input, parts.valid, token.untilMs),
    ...(implementation === null && !saysNone ? {} : { implementation }),
    evidence: evidenceOf(identity, parts.dated),
  });
}

/** Without these nothing is known of which coin it is; what a venue does not state at all is no check of its. */
const REQUIRED_OF_COINS = ["ranked", "price"];

/** Which coin it is, while that holds. */
function identityChecks(identity: CoinIdentity | null, nowMs: UnixMs): readonly SecurityCheck[] {
  if (identity === null) return [];
  const { base, checks, validUntilMs, seenAtMs } = identity;
  if (nowMs < seenAtMs || nowMs >= validUntilMs) {
    return [openCheck("identity", "identity", `which coin ${base} is was compared too long ago`)];
  }
  const stated = new Set(checks.map(({ id }) => id));
  const missing = REQUIRED_OF_COINS.filter((id) => !stated.has(id));
  return [
    ...mergeChecks(checks),
    ...missing.map((id) => openCheck(id, NO_SOURCE, `${id} of ${base} was not compared`)),
  ];
}

/** A chain's own coin has no contract that could be unsafe; of what is neither that nor a contract nothing is known. */
function withoutContract(input: CombineInput, said: readonly SecurityCheck[]): SecurityReport {
  const { identity } = input;
  const base = identity?.base ?? "this";
  const native = identity?.nativeTo ?? null;
  const isSaid = said.some(({ state }) => state === "fail" || state === "unknown");
  const own: SecurityCheck =
    native === null
      ? openCheck("identity", "identity", `it is not known which coin ${base} is`)
      : {
          id: "native",
          state: "not-applicable",
          severity: "info",
          source: "identity",
          evidence: `${base} is the native coin of ${native}: it has no contract`,
        };
  const checks = native === null && isSaid ? said : [...said, own];
  return freezeReport({
    ...judgeNative(checks, own),
    chain: null,
    contract: null,
    checks: [...checks],
    ...datesOf(input, [], null),
    evidence: evidenceOf(identity, []),
  });
}

/** The lattice over what there is to judge of a coin without a contract. */
function judgeNative(checks: readonly SecurityCheck[], own: SecurityCheck): Pick<SecurityReport, "verdict" | "reason"> {
  const judged = judge([...checks, ...REQUIRED_CHECKS.evm.map((id) => ({ ...own, id, state: "pass" as const }))]);
  return judged.verdict === "clear" ? { verdict: "not-applicable", reason: `${own.evidence}.` } : judged;
}

interface Parts {
  /** Hold now, and are about this contract; in the order of their sources' names. */
  readonly valid: readonly SecurityReport[];
  readonly over: readonly SecurityReport[];
  /** Both, for the evidence. */
  readonly dated: readonly SecurityReport[];
  /** Of other contracts, or from later. */
  readonly strange: readonly SecurityReport[];
}

function partsOf({ reports, nowMs }: CombineInput, { chain, contract }: ContractId): Parts {
  const ordered = reports.toSorted((a, b) => (sourceOf(a) < sourceOf(b) ? -1 : 1));
  const isStrange = (report: SecurityReport): boolean =>
    report.chain !== chain || report.contract !== contract || report.observedAtMs > nowMs;
  const dated = ordered.filter((report) => !isStrange(report));
  return {
    valid: dated.filter(({ validUntilMs }) => nowMs < validUntilMs),
    over: dated.filter(({ validUntilMs }) => nowMs >= validUntilMs),
    dated,
    strange: ordered.filter(isStrange),
  };
}

/** What is known of the contract, its findings weighed by who may say what of it. */
function tokenChecks(input: CombineInput, contract: ContractId, parts: Parts) {
  const found = implementationsOf(parts.valid);
  const entries = entriesOf(input.trusted, contract, input.nowMs);
  const holding = entries.filter((entry) => isOfThisCode(entry, found));
  const stated = parts.valid.flatMap(({ checks }) => checks.filter(isStatement));
  const inspected = implementationCheck(found, { ...input, entries });
  const merged = mergeChecks([...inspected, ...stated, ...proxyStatements(parts.valid)]);
  const checks = [
    ...expiredFindings(parts, merged),
    ...[...merged, ...missingFacts(contract.chain, merged)].map((check) => lowered(satisfied(check, holding), holding)),
    ...recordCheck(input, contract, parts),
  ];
  const untilMs = Math.min(...holding.map(({ until }) => (until === undefined ? Infinity : Date.parse(until))));
  return { checks, found, untilMs: Number.isFinite(untilMs) ? untilMs : null };
}

/** Whether the code behind a proxy is an inspected one is not for a source to say; that it is a bad one is. */
const isStatement = ({ id, state }: SecurityCheck): boolean =>
  id === IMPLEMENTATION ? state === "fail" : id !== RECORD && id !== EXPIRED;

/** A source that names where the calls go says that it is a proxy, whatever else it says. */
const proxyStatements = (reports: readonly SecurityReport[]): readonly SecurityCheck[] =>
  reports.flatMap((report) =>
    typeof report.implementation === "string"
      ? [
          {
            id: "is_proxy",
            state: "fail",
            severity: "medium",
            source: sourceOf(report),
            evidence: `a proxy: its calls go to ${report.implementation}`,
          },
        ]
      : [],
  );

/** What a source found, and has not confirmed since: unknown, unless it is found again by another. */
function expiredFindings({ valid, over }: Parts, merged: readonly SecurityCheck[]): readonly SecurityCheck[] {
  const failing = new Set(merged.filter(({ state }) => state === "fail").map(({ id }) => id));
  const isOpen = ({ id }: SecurityCheck): boolean => !failing.has(id);
  const ended = over.flatMap(({ checks }) => checks.filter(weighs)).filter(isOpen);
  const leftOut = [...valid, ...over].flatMap(({ checks }) => lostIn(checks)).filter(isOpen);
  if (ended.length + leftOut.length === 0) return [];
  const said = ended.map(({ source, evidence }) => `${source} found: ${evidence}`);
  const words = [
    ...(said.length === 0 ? [] : [`${said.join("; ")}; that report is over`]),
    ...leftOut.map(({ evidence }) => evidence),
  ];
  const source = [...ended, ...leftOut].map((check) => check.source).toSorted()[0] ?? NO_SOURCE;
  return [openCheck(EXPIRED, source, words.join("; "))];
}

/** Required facts that nothing which holds says anything of. */
function missingFacts(chain: string, merged: readonly SecurityCheck[]): readonly SecurityCheck[] {
  if (merged.length === 0) return [];
  const required = isEvmChain(chain) ? REQUIRED_CHECKS.evm : chain === "solana" ? REQUIRED_CHECKS.solana : [];
  const stated = new Set(merged.map(({ id }) => id));
  return required
    .filter((id) => !stated.has(id))
    .map((id) => ({ ...openCheck(id, NO_SOURCE, `no source that answered states ${id}`), severity: severityOf(id) }));
}

/** A named fact that a source left open, and that the desk's table knows. */
function satisfied(check: SecurityCheck, entries: readonly TrustedContract[]): SecurityCheck {
  const entry = entries.find(({ satisfies }) => satisfies.includes(check.id));
  if (entry === undefined || whyNotSatisfied(check) !== null) return check;
  const evidence = `${check.evidence}; known since ${entry.from}: ${entry.reason}`;
  return { ...check, state: "pass", source: DESK, evidence };
}

/** A finding that is by design in this contract is shown, and weighs nothing; a critical one is never. */
function lowered(check: SecurityCheck, entries: readonly TrustedContract[]): SecurityCheck {
  if (check.state !== "fail" || check.severity === "critical") return check;
  const entry = entries.find(({ lowers }) => lowers.includes(check.id));
  return entry === undefined
    ? check
    : { ...check, severity: "info", evidence: `${check.evidence} (known since ${entry.from}: ${entry.reason})` };
}

/** Most say who they are themselves. */
const withName = (source: string, said: string): string =>
  said.toLowerCase().includes(source.toLowerCase()) ? said : `${source}: ${said}`;

/** Who has no record, or did not answer: weighs nothing where others know all that is required. */
function recordCheck(
  { silent = [] }: CombineInput,
  { chain }: ContractId,
  { valid, strange }: Parts,
): readonly SecurityCheck[] {
  const without = valid.flatMap(({ checks }) => checks.filter(({ id }) => id === RECORD));
  const said = [
    ...without.map(({ source, evidence }) => withName(source, evidence.replace(/\.$/, ""))),
    ...silent.map(({ source, why }) => `${source} did not answer: ${quoteText(why)}`),
    ...strange.map((report) => `${sourceOf(report)} spoke of another contract, or of a later time`),
  ].toSorted();
  if (said.length > 0) return [openCheck(RECORD, NO_SOURCE, said.join("; "))];
  return valid.length > 0
    ? []
    : [
        openCheck(
          RECORD,
          NO_SOURCE,
          `no source that is connected has a report of this contract of ${chainName(chain)}`,
        ),
      ];
}

const REQUIRED: ReadonlySet<string> = new Set(Object.values(REQUIRED_CHECKS).flat());

/** The oldest of the parts; and until the first is over of those that say something that is required. */
function datesOf(
  { identity, nowMs }: CombineInput,
  valid: readonly SecurityReport[],
  untilMs: number | null,
): Pick<SecurityReport, "observedAtMs" | "validUntilMs"> {
  const isKnown = identity !== null && identity.seenAtMs <= nowMs && nowMs < identity.validUntilMs;
  const coin = isKnown ? [{ observedAtMs: identity.seenAtMs, validUntilMs: identity.validUntilMs }] : [];
  const stating = valid.filter(
    ({ checks, implementation }) =>
      implementation !== undefined || checks.some((check) => isSettled(check) && REQUIRED.has(check.id)),
  );
  // Where nothing required is known, nothing of it ends: it is looked at again by tomorrow.
  const ending = [...coin, ...(stating.length > 0 ? stating : [...valid, validityOfDay(nowMs)])];
  return {
    observedAtMs: Math.min(nowMs, ...[...coin, ...valid].map(({ observedAtMs }) => observedAtMs)),
    validUntilMs: Math.min(untilMs ?? Number.POSITIVE_INFINITY, ...ending.map(({ validUntilMs }) => validUntilMs)),
  };
}

function evidenceOf(identity: CoinIdentity | null, reports: readonly SecurityReport[]): SecurityEvidence[] {
  const coin =
    identity === null
      ? []
      : [{ source: "identity", observedAtMs: identity.seenAtMs, validUntilMs: identity.validUntilMs }];
  return [
    ...coin,
    ...reports.map((report) => ({
      source: sourceOf(report),
      observedAtMs: report.observedAtMs,
      validUntilMs: report.validUntilMs,
    })),
  ];
}
