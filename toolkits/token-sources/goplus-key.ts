// Floor 2. An app key and its secret → the access token that GoPlus takes, renewed before it expires.
// https://docs.gopluslabs.io/reference/getaccesstokenusingpost

import { createHash } from "node:crypto";
import { ProviderError } from "#schemas/errors.ts";
import { isRecord } from "#schemas/is-record.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { SourceClient } from "../requests/source-client.ts";
import { readAmount } from "../security/goplus-fields.ts";

/** A token is renewed so long before its end, ms. */
const EARLY_MS = 60_000;

export interface GoPlusKey {
  /** The headers of a request. @throws ProviderError where there is no token to be had */
  headers(options: CallOptions): Promise<Readonly<Record<string, string>>>;
  /** The token was refused: the next request asks for another. False: there is none to ask for. */
  forget(): boolean;
}

/** Without a key requests carry nothing, and the limits of its address hold. */
export const KEYLESS: GoPlusKey = { headers: async () => ({}), forget: () => false };

const refused = (was: string): ProviderError =>
  new ProviderError({
    was,
    remedy: "Correct the key of GoPlus (APP_KEY:APP_SECRET), or unset it: it answers without one, too.",
  });

export function createGoPlusKey(
  { appKey, appSecret }: { readonly appKey: string; readonly appSecret: string },
  client: Pick<SourceClient, "post">,
  now: () => UnixMs,
): GoPlusKey {
  let token = "";
  let untilMs = 0;
  let underWay: Promise<void> | null = null;

  async function renew(options: CallOptions): Promise<void> {
    const time = Math.floor(now() / 1000);
    const sign = createHash("sha1").update(`${appKey}${time}${appSecret}`).digest("hex");
    const { body } = await client.post("/api/v1/token", { app_key: appKey, time, sign }, options);
    const result = isRecord(body) && isRecord(body["result"]) ? body["result"] : {};
    const [text, seconds] = [result["access_token"], readAmount(result["expires_in"])];
    if (typeof text !== "string" || text === "" || seconds === null)
      throw refused("GoPlus gives no token for this key.");
    token = text.startsWith("Bearer ") ? text : `Bearer ${text}`;
    untilMs = now() + seconds * 1000 - EARLY_MS;
  }

  return {
    async headers(options) {
      if (now() >= untilMs) {
        // One token for all that wait for it.
        underWay ??= renew(options).finally(() => {
          underWay = null;
        });
        await underWay;
      }
      return { authorization: token };
    },
    forget: () => {
      untilMs = 0;
      return true;
    },
  };
}
