// Floor 2. Settings and keys → the token sources, each with a client, a spacing and a budget of its own.
import type { SourceSettings } from "#schemas/config.ts";
import type { Clock, TokenSource, VenueBudget } from "#schemas/ports/market.ts";
import { MINUTE_MS } from "#schemas/units.ts";
import { chainName } from "../identity/chains.ts";
import { createSourceClient, type SourceClient, type SourceClientParts } from "../requests/source-client.ts";
import { createGoPlusKey, KEYLESS } from "./goplus-key.ts";
import { createGoPlusSource, GOPLUS, goPlusLimit } from "./goplus-source.ts";
import { createHoneypotSource, HONEYPOT } from "./honeypot-source.ts";
import { createRpcNode, rpcLimit } from "./rpc-node.ts";
import { createRpcSource, rpcId } from "./rpc-source.ts";
import { createRugCheckSource, RUGCHECK } from "./rugcheck-source.ts";
import { createSourcifySource, SOURCIFY } from "./sourcify-source.ts";

/** None is needed; null: asked without. */
export interface SourceKeys {
  /** `APP_KEY:APP_SECRET` */
  readonly goplus: string | null;
  readonly honeypot: string | null;
  readonly rugcheck: string | null;
}

export interface TokenSourceParts extends Pick<Clock, "now" | "sleep"> {
  /** Of all processes that share a store; by the source's id. */
  budgetOf(id: string): VenueBudget;
}

/** Between two requests, where no limit is published: what a reader of pages would do, ms. */
const SPACING_MS = { [HONEYPOT]: 1_000, [RUGCHECK]: 1_000, [SOURCIFY]: 500, rpc: 200 } as const;

/** A fiftieth more than the limit asks for, since requests do not arrive as evenly as they are sent. */
const spacingOf = (perMinute: number): number => Math.ceil((MINUTE_MS / perMinute) * 1.02);

export function openTokenSources(
  settings: SourceSettings,
  keys: SourceKeys,
  { budgetOf, ...time }: TokenSourceParts,
): readonly TokenSource[] {
  const client = (
    id: string,
    parts: Pick<SourceClientParts, "url" | "spacingMs"> & Partial<SourceClientParts>,
  ): SourceClient => createSourceClient({ id, budget: budgetOf(id), now: time.now, sleep: time.sleep, ...parts });
  const withKey = (key: string | null) => (key === null ? {} : { headers: { "x-api-key": key } });

  const goplus = client(GOPLUS, {
    url: settings.goplusUrl,
    spacingMs: spacingOf(settings.goplusPerMinute),
    limitOf: goPlusLimit,
  });
  const [appKey = "", ...secret] = keys.goplus?.split(":") ?? [];
  const key =
    keys.goplus === null ? KEYLESS : createGoPlusKey({ appKey, appSecret: secret.join(":") }, goplus, time.now);

  const nodes = settings.rpcUrls.map((entry) => {
    const at = entry.indexOf("=");
    const chain = entry.slice(0, at);
    const parts = { url: entry.slice(at + 1), spacingMs: SPACING_MS.rpc, limitOf: rpcLimit };
    const name = `the node of ${chainName(chain)}`;
    return createRpcSource(chain, createRpcNode(name, client(rpcId(chain), { ...parts, id: name })));
  });

  return [
    createGoPlusSource(goplus, key),
    createHoneypotSource(
      client(HONEYPOT, { url: settings.honeypotUrl, spacingMs: SPACING_MS[HONEYPOT], ...withKey(keys.honeypot) }),
    ),
    createRugCheckSource(
      client(RUGCHECK, { url: settings.rugcheckUrl, spacingMs: SPACING_MS[RUGCHECK], ...withKey(keys.rugcheck) }),
    ),
    createSourcifySource(client(SOURCIFY, { url: settings.sourcifyUrl, spacingMs: SPACING_MS[SOURCIFY] })),
    ...nodes,
  ];
}
