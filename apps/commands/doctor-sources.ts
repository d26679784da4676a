// Floor 6. What `doctor` finds about those who are asked about coins and tokens: whether each answers, and whether with a key. None is needed, so
// one that does not answer is a warning: what it alone would say is unknown, and not entered.
import type { CoinPorts } from "#desk/assemble-desk.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { isPassing, ProviderRefusedError } from "#schemas/errors.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Env } from "../coin-ports.ts";
import type { Finding } from "./doctor-venue.ts";

/** Of Tether and of USD Coin; on another chain there may be nothing at the address, which is an answer too. */
const ASKED_ABOUT = {
  evm: "0xdac17f958d2ee523a2206206994597c13d831ec7",
  solana: "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
};
/** Which variable has a source's key. */
const KEYS: Readonly<Record<string, string>> = {
  coingecko: "DEEPTRADER_COINGECKO_KEY",
  goplus: "DEEPTRADER_GOPLUS_KEY",
  "honeypot.is": "DEEPTRADER_HONEYPOT_KEY",
  rugcheck: "DEEPTRADER_RUGCHECK_KEY",
};

interface Parts {
  readonly config: Pick<DeskConfig, "sources">;
  readonly env: Env;
  readonly nowMs: UnixMs;
}

/** One finding each, by the source's id; all are asked side by side, once. */
export function sourceFindings(
  { rankings, tokenSources }: CoinPorts,
  { config, env, nowMs }: Parts,
  options: CallOptions,
): readonly (readonly [name: string, look: Promise<Finding>])[] {
  const keyText = (id: string): string => ((env[KEYS[id] ?? ""] ?? "").trim() === "" ? "without a key" : "with a key");
  const limitText = (id: string): string =>
    id === "goplus" ? `, at most ${config.sources.goplusPerMinute} requests a minute` : "";
  const found = async (id: string, ask: Promise<unknown>): Promise<Finding> => {
    try {
      await ask;
      return `answers ${keyText(id)}${limitText(id)}`;
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isPassing(error) && !(error instanceof ProviderRefusedError)) throw error;
      return { state: "warn", detail: `${error.message} Asked ${keyText(id)}.` };
    }
  };
  return [
    ...rankings.map((one) => [one.id, found(one.id, one.ranking({ nowMs, count: 1 }, options))] as const),
    ...tokenSources.map((one) => [one.id, found(one.id, probe(one, nowMs, options))] as const),
  ];
}

function probe(source: TokenSource, nowMs: UnixMs, options: CallOptions): Promise<unknown> {
  const node = /^rpc-(.+)$/.exec(source.id)?.[1];
  const chain = node ?? (source.serves("1") ? "1" : "solana");
  const contract = chain === "solana" ? ASKED_ABOUT.solana : ASKED_ABOUT.evm;
  return source.report({ chain, contract }, { nowMs }, options);
}
