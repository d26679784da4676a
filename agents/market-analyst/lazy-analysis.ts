// Floor 3. The Analysis that decisions are made on: the record that `assess` makes, but id and values are worked out when they are read
// first. Of nearly all of them only price and security are asked for, and the id costs four hashes of the candles.
import { type Analysis, analysisId } from "#schemas/analysis.ts";
import { LazySnapshot } from "#toolkits/indicators/snapshot.ts";
import { LazyTrend } from "#toolkits/indicators/trend.ts";
import { type AssessInput, assess, factsOf, sourcesOf } from "./assess.ts";

type Facts = ReturnType<typeof factsOf>;

/** Never stored or copied: a copy would not have what is worked out later. */
export class LazyAnalysis implements Analysis {
  readonly schemaVersion: Facts["schemaVersion"];
  readonly definitionId: Facts["definitionId"];
  readonly venueId: Facts["venueId"];
  readonly venue: Facts["venue"];
  readonly simulated: Facts["simulated"];
  readonly symbol: Facts["symbol"];
  readonly timeframe: Facts["timeframe"];
  readonly asOfMs: Facts["asOfMs"];
  readonly computedAtMs: Facts["computedAtMs"];
  readonly checkedThroughMs: Facts["checkedThroughMs"];
  readonly validUntilMs: Facts["validUntilMs"];
  readonly origin: Facts["origin"];
  readonly price: Facts["price"];
  readonly security: Facts["security"];
  readonly notes: Facts["notes"];
  readonly indicators: Analysis["indicators"];
  readonly trend: Analysis["trend"];
  readonly #input: AssessInput;
  #sources: Analysis["sources"] | null = null;
  #id: string | null = null;

  constructor(input: AssessInput) {
    const facts = factsOf(input);
    this.schemaVersion = facts.schemaVersion;
    this.definitionId = facts.definitionId;
    this.venueId = facts.venueId;
    this.venue = facts.venue;
    this.simulated = facts.simulated;
    this.symbol = facts.symbol;
    this.timeframe = facts.timeframe;
    this.asOfMs = facts.asOfMs;
    this.computedAtMs = facts.computedAtMs;
    this.checkedThroughMs = facts.checkedThroughMs;
    this.validUntilMs = facts.validUntilMs;
    this.origin = facts.origin;
    this.price = facts.price;
    this.security = facts.security;
    this.notes = facts.notes;
    this.indicators = new LazySnapshot(input.window);
    this.trend = new LazyTrend(input.window);
    this.#input = input;
  }

  get id(): string {
    this.#id ??= analysisId(this);
    return this.#id;
  }

  get sources(): Analysis["sources"] {
    this.#sources ??= sourcesOf(this.#input);
    return this.#sources;
  }

  /** The record itself, to be stored. */
  whole(): Analysis {
    return assess(this.#input);
  }
}

/** With all that is worked out late. */
export const wholeOf = (analysis: Analysis): Analysis =>
  analysis instanceof LazyAnalysis ? analysis.whole() : analysis;
