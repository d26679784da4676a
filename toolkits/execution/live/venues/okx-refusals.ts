// Floor 2, live execution. OKX's codes: which of them prove that there is no order. https://www.okx.com/docs-v5/en/#error-code-rest-api-public
import { z } from "zod";
import type { RefusalRow, SaidError } from "../judge.ts";
import type { RefusalCause } from "../venue-orders.ts";

const Code = z.union([z.string(), z.number()]).transform(String);
const Envelope = z.object({ code: Code, msg: z.string().catch(""), data: z.unknown() });
const Results = z.array(z.object({ sCode: Code, sMsg: z.string().catch("") }));

/** `51008_1000` is a kind of 51008. */
const withoutKind = (code: string): string => code.replace(/_\d+$/, "");

/** The code of the order where there is one; that of the whole answer is then only "1", for "failed". */
export function okxError(json: unknown): SaidError | null {
  const envelope = Envelope.safeParse(json).data;
  if (envelope === undefined) return null;
  const failed = Results.safeParse(envelope.data).data?.find(({ sCode }) => sCode !== "0");
  if (failed !== undefined) return { code: withoutKind(failed.sCode), text: failed.sMsg };
  return envelope.code === "0" ? null : { code: withoutKind(envelope.code), text: envelope.msg };
}

/**
 * What is not here, on purpose: 50001, 50004, 50013, 50026, 51054 and 51149 say that a server was busy, stopped or too slow; 50042, 50071,
 * 51011, 51016, 51065 and 51068 that there is an order of this id, which is ours; 1 and 2 say nothing.
 */
const CODES: Readonly<Record<Exclude<RefusalCause, "other">, string>> = {
  funds: "51008 51119 51127 51131",
  filter: "50122 51005 51020 51033 51101 51120 51121 51150 51185 51201 51202 51203 51252 51275",
  "price-band": "51006 51031 51116 51122 51135 51136 51137 51138 51250",
  "would-trigger": "51051 51053 51278 51280",
  permission: [
    "4088 50007 50008 50009 50012 50027 50028 50029 50030 50032 50033 50035 50041 50051 50052 50059 50060 50067 50075 50100 50101",
    "50103 50104 50105 50106 50107 50108 50109 50110 50111 50113 50114 50118 50119 50120 50121 51009 51010 51024 51155",
  ].join(" "),
  limit: "50011 50061 51025 51102 51103 51174 51261 51299",
  clock: "50102 50112",
  "market-closed": "51021 51022 51027 51028 51029 51087 51109 51110 51124 51140 51196 51197 51507 54072",
};
/** Malformed, late, or of a market that is gone. */
const OTHER = [
  "50000 50002 50006 50014 50015 50016 50024 50025 50115",
  "51000 51001 51003 51012 51015 51204 51276 51415",
].join(" ");

export const OKX_REFUSALS: readonly RefusalRow[] = Object.entries({ ...CODES, other: OTHER }).flatMap(
  ([cause, codes]) => codes.split(" ").map((code): RefusalRow => ({ code, cause: cause as RefusalCause })),
);

const FOR_GOOD: ReadonlySet<string> = new Set(CODES.permission.split(" "));

/** Why a read is refused for good: a key that is wrong, deleted, or bound to another address. */
export function okxKeyRefusal(json: unknown, status: number): string | null {
  const said = okxError(json);
  if (said === null) return status === 401 ? "HTTP 401" : null;
  return FOR_GOOD.has(said.code) ? `${said.code} ${said.text}` : null;
}
