// Floor 2. RugCheck over HTTP → the TokenSource of Solana beside GoPlus. Shares and fees are percentages. Its score, in which more is worse,
// is shown and weighs nothing: what it is made of is.
import { isRecord } from "#schemas/is-record.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import type { SourceClient } from "../requests/source-client.ts";
import {
  type CheckContext,
  flagCheck,
  makeCheck,
  quoteText,
  type RawRecord,
  rateCheck,
  readAmount,
  readList,
  unknownCheck,
} from "../security/goplus-fields.ts";
import { holderChecks } from "../security/holder-checks.ts";
import { flagRule } from "../security/rubric.ts";
import {
  type Asked,
  isSameAddress,
  nothingKnown,
  notItsOwn,
  ofAnother,
  ratioOfPercent,
  readBoolean,
  reportOfChecks,
} from "./answers.ts";

export const RUGCHECK = "rugcheck";

const CONTEXT: CheckContext = { source: RUGCHECK, trusted: false };
/** Names of risks that are shown. */
const SHOWN = 3;

/** Null: nobody has that power; an address: it is live; left out, or anything else: not known. */
function authorityAnswer(report: RawRecord, field: string): boolean | null {
  const token = isRecord(report["token"]) ? report["token"] : {};
  const stated = [report, token].filter((from) => field in from).map((from) => from[field]);
  if (stated.some((one) => typeof one === "string" && one !== "")) return true;
  return stated.length > 0 && stated.every((one) => one === null) ? false : null;
}

/** Its own findings, as it words them: of `danger` a caution, of less shown only. */
function risksCheck(report: RawRecord): SecurityCheck {
  const id = "reported_risks";
  const risks = report["risks"] === null ? [] : readList(report["risks"]);
  if (risks?.every(isRecord) !== true) return unknownCheck(CONTEXT, id, "medium", "its risks are not reported");
  const rows = risks.filter(isRecord);
  if (rows.length === 0) return makeCheck(CONTEXT, id, "pass", "medium", "it reports no risk");
  const isDanger = ({ level }: RawRecord): boolean => level === "danger";
  const worstFirst = rows.toSorted((a, b) => Number(isDanger(b)) - Number(isDanger(a)));
  const names = worstFirst.slice(0, SHOWN).map(({ name }) => quoteText(String(name)));
  const more = rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : "";
  const severity = rows.some(isDanger) ? "medium" : "low";
  return makeCheck(CONTEXT, id, "fail", severity, `it reports ${names.join(", ")}${more}`);
}

/** Accounts of pools by name, which hold for many. */
function isPool(report: RawRecord, holder: RawRecord): boolean {
  const known = isRecord(report["knownAccounts"]) ? report["knownAccounts"] : {};
  return [holder["address"], holder["owner"]].some((address) => {
    const account = typeof address === "string" ? known[address] : undefined;
    return isRecord(account) && account["type"] === "AMM";
  });
}

/** Share of all pools' value that is not locked, 0–1; null as soon as one pool does not say. */
function unlockedRatio(markets: readonly unknown[]): number | null {
  let [whole, unlocked] = [0, 0];
  for (const market of markets) {
    const lp = isRecord(market) && isRecord(market["lp"]) ? market["lp"] : {};
    const [locked, base, quote] = [
      ratioOfPercent(lp["lpLockedPct"]),
      readAmount(lp["baseUSD"]),
      readAmount(lp["quoteUSD"]),
    ];
    if (locked === null || base === null || quote === null) return null;
    whole += base + quote;
    unlocked += (base + quote) * (1 - locked);
  }
  return whole === 0 ? null : Math.min(1, unlocked / whole);
}

/** Its holders and pools in the shape in which all records are read. */
function holdersRecord(report: RawRecord): RawRecord {
  const holders = readList(report["topHolders"])?.map((holder) =>
    isRecord(holder)
      ? {
          address: holder["address"],
          percent: ratioOfPercent(holder["pct"]),
          is_contract: isPool(report, holder) ? 1 : 0,
        }
      : null,
  );
  const unlocked = unlockedRatio(readList(report["markets"]) ?? []);
  return {
    holders,
    lp_holders: unlocked === null ? undefined : [{ percent: unlocked, is_locked: 0 }],
    dex: [{ liquidity: report["totalMarketLiquidity"] }],
    holder_count: report["totalHolders"],
  };
}

function checksOf(report: RawRecord): readonly SecurityCheck[] {
  const fee = isRecord(report["transferFee"]) ? ratioOfPercent(report["transferFee"]["pct"]) : null;
  const score = readAmount(report["score_normalised"]);
  return [
    flagCheck(CONTEXT, flagRule("mintable"), authorityAnswer(report, "mintAuthority")),
    flagCheck(CONTEXT, flagRule("freezable"), authorityAnswer(report, "freezeAuthority")),
    flagCheck(CONTEXT, flagRule("rugged"), readBoolean(report["rugged"])),
    rateCheck(CONTEXT, "transfer_fee", "the transfer fee", fee),
    risksCheck(report),
    ...holderChecks(CONTEXT, holdersRecord(report)),
    ...(score === null
      ? []
      : [makeCheck(CONTEXT, "score", "not-applicable", "info", `its score is ${score} of 100, where more is worse`)]),
  ];
}

function reportOfAnswer(asked: Asked, body: unknown): SecurityReport {
  if (!isRecord(body) || !("mint" in body)) throw notItsOwn(RUGCHECK, "JSON that names no token");
  return isSameAddress(asked.contract, body["mint"]) ? reportOfChecks(asked, checksOf(body)) : ofAnother(asked);
}

export function createRugCheckSource(client: Pick<SourceClient, "get">): TokenSource {
  return {
    id: RUGCHECK,
    serves: (chain) => chain === "solana",
    async report(contract, { nowMs }, options) {
      const asked = { source: RUGCHECK, contract, nowMs };
      const path = `/v1/tokens/${encodeURIComponent(contract.contract)}/report`;
      // 400 and 404: no such token is known to it.
      const { status, body } = await client.get(path, { ...options, also: [400, 404] });
      return status === 400 || status === 404
        ? nothingKnown(asked, "RugCheck knows no token at this address.")
        : reportOfAnswer(asked, body);
    },
  };
}
