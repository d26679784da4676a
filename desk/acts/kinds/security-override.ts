// Floor 4, acts. `security override` and `security lift`: the operator's word on a token, beside its sources. A verdict binds at once and only ever
// bars; a fact is taken as given only where a source that answered left it open, and never a critical one.
import type { ActOf } from "#schemas/act.ts";
import { type ContractId, contractId, contractText, parseContract } from "#schemas/chain.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { overrideKey, type SecurityOverride, type StandingOverride } from "#schemas/security-trust.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { foldName } from "#toolkits/market/listed-names.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { IMPLEMENTATION } from "#toolkits/security/check-ids.ts";
import { underOverrides, whyNotGiven } from "#toolkits/security/overrides.ts";
import { TOKEN_FACTS } from "#toolkits/security/rubric.ts";
import type { Desk } from "../../desk.ts";
import { overrideText } from "../../documents/override-text.ts";
import { type ActRefusal, type ActRow, nothingToSend, type PreparedAct, refused, type Said } from "../act-row.ts";
import { blockable, notKnown } from "./block.ts";

type Asked = ActOf<"security-override">;

export const securityOverrideAct: ActRow<Asked> = {
  sends: false,
  async prepare(desk, act, said, options) {
    const about = targetOf(desk, act.target);
    if (about === null) return refused(notKnown(desk, act.target));
    if (act.fact === null) return verdictOf(desk, act, about, said);
    return factOf(desk, { ...act, fact: act.fact }, about, said, options);
  },
};

export const securityLiftAct: ActRow<ActOf<"security-lift">> = {
  sends: false,
  async prepare(desk, { target, fact }, said) {
    const standing = [...desk.account.portfolio().overrides.values()];
    const about = targetOf(desk, target);
    const name = foldName(about === null ? target.trim() : textOf(about));
    const known = standing.find((one) => foldName(one.target) === name && one.fact === fact);
    if (known === undefined) {
      const texts = standing.map(overrideText);
      return refused(
        `nothing of the kind stands; ${texts.length === 0 ? "no override does" : `there is: ${texts.join("; ")}`}`,
      );
    }
    const { by, reason, atMs: _, ...override } = known;
    return ready(desk, { override, state: "lifted" }, said, [
      `No longer: ${overrideText(override)}. ${by} said so: ${reason}.`,
      "What its sources say holds again.",
    ]);
  },
};

type About = { readonly base: string } | { readonly contract: ContractId };

const textOf = (about: About): string => ("base" in about ? about.base : contractText(about.contract));

/** A contract as typed, or a coin that the venue or the account knows; null: neither. */
function targetOf(desk: Desk, typed: string): About | null {
  const contract = parseContract(typed.trim());
  if (contract !== null) return { contract };
  const what = blockable(desk, typed);
  return what === null ? null : { base: what.includes("/") ? splitSymbol(what as MarketSymbol).base : what };
}

/** Bars, and nothing else. */
function verdictOf(desk: Desk, act: Asked, about: About, said: Said): PreparedAct | ActRefusal {
  const { verdict, why } = act;
  if (verdict === null) return refused("it names neither a fact nor a verdict");
  const override = { target: textOf(about), fact: null, implementation: null, verdict };
  const known = standingLike(desk, override);
  if (known?.verdict === verdict || known?.verdict === "block") {
    return refused(`${overrideText(known)} already, by ${known.by}: ${known.reason}`);
  }
  return ready(desk, { override, state: "set" }, { ...said, reason: why }, [
    verdict === "block"
      ? `${override.target} counts as blocked until \`security lift ${override.target}\`: no entries, and what is held of it is sold.`
      : `${override.target} counts as unknown at best until \`security lift ${override.target}\`: no entries; what is held stays, with its stop.`,
  ]);
}

/** A fact that is open at a source that answered, and no other. */
async function factOf(
  desk: Desk,
  { fact, implementation, why }: Asked & { readonly fact: string },
  about: About,
  said: Said,
  options: CallOptions,
): Promise<PreparedAct | ActRefusal> {
  if ((fact === IMPLEMENTATION) !== (implementation !== null)) {
    return refused(
      `${fact} is ${implementation === null ? "named by its address: add --implementation" : "no address: leave --implementation out"}`,
    );
  }
  const report = await newestReport(desk, about, options);
  if (report === null) return refused(`${textOf(about)} is no contract of a market here, so nothing is known of it`);
  const { chain, contract, checks, validUntilMs } = report;
  if (chain === null || contract === null)
    return refused(`${textOf(about)} has no contract that is known: ${report.reason}`);
  if (desk.clock.now() >= validUntilMs) return refused("its report is over: nothing stands in for an answer");
  const check = checks.find(({ id }) => id === fact);
  if (check === undefined) return refused(notStated(fact, report));
  const named = implementation === null ? null : (contractId(chain, implementation)?.contract ?? implementation);
  const reason = whyNotGiven(check, report, named);
  if (reason !== null) return refused(reason);
  const override = { target: contractText({ chain, contract }), fact, implementation: named, verdict: null };
  const known = standingLike(desk, override);
  if (known !== undefined && known.implementation === named) {
    return refused(`${overrideText(known)} already, by ${known.by}: ${known.reason}`);
  }
  const words = { ...said, reason: why };
  const row = { ...override, ...words, atMs: desk.clock.now() };
  const after = underOverrides(
    report,
    null,
    new Map(desk.account.portfolio().overrides).set(overrideKey(override), row),
  );
  const stands = { [`the check ${fact}`]: `${check.state}, ${check.evidence}` };
  return ready(
    desk,
    { override, state: "set" },
    words,
    [
      `${upper(overrideText(override))}, until \`security lift ${override.target} --fact ${fact}\`. Now: ${check.evidence}.`,
      `Its verdict is then ${after.verdict}: ${after.reason}`,
    ],
    stands,
  );
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function notStated(fact: string, { checks }: SecurityReport): string {
  if (TOKEN_FACTS.includes(fact))
    return `no source that answered says anything of ${fact}: nothing stands in for an answer`;
  const open = checks.filter(({ state }) => state === "unknown").map(({ id }) => id);
  return `there is no fact ${JSON.stringify(fact)}; there is ${namesPhrase(fact, open.length > 0 ? open : TOKEN_FACTS, 5)}`;
}

const standingLike = (desk: Desk, override: SecurityOverride): StandingOverride | undefined =>
  desk.account.portfolio().overrides.get(overrideKey(override));

/** Of a coin by one of its markets; of a contract by what its sources said, or by a market whose coin it is. Null: neither is there. @throws ProviderError */
async function newestReport(desk: Desk, about: About, options: CallOptions): Promise<SecurityReport | null> {
  const nowMs = desk.clock.now();
  if ("contract" in about && desk.tokens !== null) return desk.tokens.reportOf(about.contract, nowMs, options);
  const bases = new Map([...desk.markets.keys()].map((symbol) => [splitSymbol(symbol).base, symbol] as const));
  for (const [base, symbol] of bases) {
    if ("base" in about && about.base !== base) continue;
    const report = await desk.security.report({ symbol, nowMs }, options);
    if ("base" in about) return report;
    if (report.chain === about.contract.chain && report.contract === about.contract.contract) return report;
  }
  return null;
}

function ready(
  { clock, account }: Desk,
  row: Pick<Extract<JournalEvent, { type: "security-override" }>, "override" | "state">,
  { by, reason }: Said,
  lines: readonly string[],
  stands: PreparedAct["stands"] = {},
): PreparedAct {
  const nth = account.portfolio().operatorRows;
  return {
    status: "ready",
    lines,
    stands,
    price: null,
    events: [{ type: "security-override", atMs: clock.now(), ...row, by, nth, reason }],
    complete: nothingToSend(lines),
  };
}
