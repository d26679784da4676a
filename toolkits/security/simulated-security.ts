// Floor 2. A simulated asset → an invented GoPlus-shaped record → its report, by the same reader and rubric as real ones.
// A token's record never changes; a few tokens, all with fictional names, have something wrong (law 10).
import type { SecuritySource } from "#schemas/ports/market.ts";
import type { SecurityReport } from "#schemas/security.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { TokenTrait } from "../market/simulated/asset-table.ts";
import { type SimulatedAsset, simulatedAssets } from "../market/simulated/assets.ts";
import { effectsOf } from "../market/simulated/scenarios/effects.ts";
import type { SimulatedVenueSettings } from "../market/simulated-venue.ts";
import { nativeReport, reportFromGoPlus, unknownReport, validityOfDay } from "./goplus.ts";
import type { RawRecord } from "./goplus-fields.ts";
import { EVM_FLAGS, SOLANA_FLAGS } from "./rubric.ts";
import records from "./simulated-records.json" with { type: "json" };

const SOURCE = "simulated";

/** Ten wallets of 2 % each. */
const HOLDERS = Array.from({ length: 10 }, () => ({ percent: "0.02", is_contract: 0 }));

/** Contracts in which every check passes. */
const SOUND_EVM: RawRecord = {
  ...Object.fromEntries(EVM_FLAGS.map((flag) => [flag.id, flag.badWhen ? "0" : "1"])),
  ...records.evm,
  holders: HOLDERS,
};
const SOUND_SOLANA: RawRecord = {
  ...Object.fromEntries(SOLANA_FLAGS.map((flag) => [flag.id, { status: "0", authority: [] }])),
  ...records.solana,
  holders: HOLDERS,
};

/** What a trait changes in a sound record. */
const TRAIT_FIELDS: Readonly<Partial<Record<TokenTrait, RawRecord>>> = records.traits;

/** Facts that the source lacks of a half-known token. */
const HALF_KNOWN_GAPS: ReadonlySet<string> = new Set(["is_honeypot", "sell_tax", "hidden_owner"]);

/** The record that the simulated provider holds of a token; undefined where it holds none. */
function recordOf(token: { readonly chain: string; readonly trait: TokenTrait }): RawRecord | undefined {
  if (token.trait === "missing") return undefined;
  const sound = token.chain === "solana" ? SOUND_SOLANA : SOUND_EVM;
  if (token.trait === "half-known") {
    return Object.fromEntries(Object.entries(sound).filter(([field]) => !HALF_KNOWN_GAPS.has(field)));
  }
  return { ...sound, ...TRAIT_FIELDS[token.trait] };
}

function reportOf(asset: SimulatedAsset, nowMs: UnixMs): SecurityReport {
  const { base, token } = asset;
  const validity = validityOfDay(nowMs);
  if (token === null)
    return nativeReport({ base, chain: `the simulated ${asset.name} chain`, source: SOURCE, ...validity });
  const { chain, contract } = token;
  return reportFromGoPlus({ record: recordOf(token), chain, contract, source: SOURCE, nowMs, ...validity });
}

/** The same token, as a honeypot. */
const turned = (asset: SimulatedAsset): SimulatedAsset =>
  asset.token === null ? asset : { ...asset, token: { ...asset.token, trait: "honeypot" } };

/** Security of the simulated venue with the same seed and number of assets. Reports are frozen and shared. */
export function createSimulatedSecurity(venue: SimulatedVenueSettings): SecuritySource {
  const { scenarios = [] } = venue;
  const effects = scenarios.length === 0 ? null : effectsOf(venue.seed, scenarios);
  const bySymbol = new Map(simulatedAssets(venue.seed, venue.assets).map((asset) => [asset.symbol, asset]));
  /** Of the day that was asked about last: a token's record never changes, so a report of another day differs in its dates. */
  const newest = new Map<MarketSymbol, SecurityReport>();
  return {
    id: SOURCE,
    report({ symbol, nowMs }, { signal }) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const isTurned = effects?.isTurned(symbol, nowMs) === true;
      const known = newest.get(symbol);
      if (!isTurned && known !== undefined && known.observedAtMs <= nowMs && nowMs < known.validUntilMs) return known;
      const asset = bySymbol.get(symbol);
      if (asset !== undefined && isTurned) return reportOf(turned(asset), nowMs);
      if (asset === undefined) {
        return unknownReport({ reason: `${symbol} is not a simulated asset.`, source: SOURCE, nowMs });
      }
      const validity = validityOfDay(nowMs);
      const report = known === undefined ? reportOf(asset, nowMs) : Object.freeze({ ...known, ...validity });
      newest.set(symbol, report);
      return report;
    },
  };
}
