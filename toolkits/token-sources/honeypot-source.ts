// Floor 2. honeypot.is over HTTP → the TokenSource of what a simulated purchase and sale showed. Its taxes are percentages, where the rubric
// counts in ratios. What was not simulated is not known: `honeypotResult` is absent then, which says nothing good.
import { isRecord } from "#schemas/is-record.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import type { SourceClient } from "../requests/source-client.ts";
import { type CheckContext, flagCheck, type RawRecord, rateCheck } from "../security/goplus-fields.ts";
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

export const HONEYPOT = "honeypot.is";

/** https://docs.honeypot.is: Ethereum, BNB Chain, Base. */
const CHAINS: ReadonlySet<string> = new Set(["1", "56", "8453"]);

const CONTEXT: CheckContext = { source: HONEYPOT, trusted: false };
const part = (body: RawRecord, name: string): RawRecord => (isRecord(body[name]) ? body[name] : {});
const flag = (id: string, answer: boolean | null): SecurityCheck => flagCheck(CONTEXT, flagRule(id), answer);

/** By the root contract where it is told apart from what that one calls. */
function codeChecks(code: RawRecord): readonly SecurityCheck[] {
  const [all, root] = [readBoolean(code["openSource"]), readBoolean(code["rootOpenSource"])];
  return [
    flag("is_open_source", root ?? all),
    flag("calls_open_source", all),
    flag("is_proxy", readBoolean(code["isProxy"])),
    flag("proxy_calls", readBoolean(code["hasProxyCalls"])),
  ];
}

function checksOf(body: RawRecord): readonly SecurityCheck[] {
  const isSimulated = body["simulationSuccess"] === true;
  const [found, taxes] = isSimulated ? [part(body, "honeypotResult"), part(body, "simulationResult")] : [{}, {}];
  const isHoneypot = readBoolean(found["isHoneypot"]);
  const tax = (id: string, whose: string, field: string): SecurityCheck =>
    rateCheck(CONTEXT, id, `the tax on ${whose}`, ratioOfPercent(taxes[field]));
  return [
    isSimulated
      ? flag("is_honeypot", isHoneypot)
      : { ...flag("is_honeypot", null), evidence: "no sale could be simulated" },
    tax("buy_tax", "a purchase", "buyTax"),
    tax("sell_tax", "a sale", "sellTax"),
    tax("transfer_tax", "a transfer", "transferTax"),
    ...codeChecks(part(body, "contractCode")),
  ];
}

function reportOfAnswer(asked: Asked, body: unknown): SecurityReport {
  if (!isRecord(body) || !isRecord(body["token"])) throw notItsOwn(HONEYPOT, "JSON that names no token");
  return isSameAddress(asked.contract, body["token"]["address"])
    ? reportOfChecks(asked, checksOf(body))
    : ofAnother(asked);
}

export function createHoneypotSource(client: Pick<SourceClient, "get">): TokenSource {
  return {
    id: HONEYPOT,
    serves: (chain) => CHAINS.has(chain),
    async report(contract, { nowMs }, options) {
      const asked = { source: HONEYPOT, contract, nowMs };
      const path = `/v2/IsHoneypot?address=${contract.contract}&chainID=${contract.chain}`;
      // 404: it knows no pool in which the token trades, so it can simulate nothing.
      const { status, body } = await client.get(path, { ...options, also: [404] });
      return status === 404
        ? nothingKnown(asked, "honeypot.is knows no pool in which this token trades.")
        : reportOfAnswer(asked, body);
    },
  };
}
