// Floor 2, ports. Adapters of the venue's side → the same ports, whose every call goes through a list of layers. Composed
// once, where a venue is opened: nothing else wraps a port by hand.
import type { CandleSeries } from "#schemas/market.ts";
import type {
  MarketData,
  NewsSource,
  RankingSource,
  SecuritySource,
  TokenSource,
  Universe,
  VenueListings,
} from "#schemas/ports/market.ts";
import type { Answered } from "#schemas/ports/work.ts";
import type { Work } from "#schemas/work.ts";

/** The ports through which a desk reads the world of markets. */
export interface VenuePorts {
  readonly marketData: MarketData;
  readonly universe: Universe;
  readonly security: SecuritySource;
  readonly ranking: RankingSource;
  readonly listings: VenueListings;
  readonly tokenSource: TokenSource;
  readonly news: NewsSource;
}

/** One call on its way to the adapter. */
export interface PortCall {
  readonly port: keyof VenuePorts;
  readonly verb: string;
  /** Work that the answer stands for, beside the call itself. */
  readonly workOf: (answer: unknown) => Partial<Work>;
}

/** Sees the call, makes it by `next`, and hands on what came of it. */
export type PortLayer = <T>(call: PortCall, next: () => Answered<T>) => Answered<T>;

/** Asynchronous, or allowed to be. */
type Verb<P> = {
  [K in keyof P]: P[K] extends (...args: never[]) => infer R
    ? Extract<R, Promise<unknown>> extends never
      ? never
      : K
    : never;
}[keyof P];
type Answer<P, V extends keyof P> = P[V] extends (...args: never[]) => infer R ? Awaited<R> : never;
type Verbs<P> = { readonly [V in Verb<P>]: (answer: Answer<P, V>) => Partial<Work> };

const CALL = (): Partial<Work> => ({});

/** Every verb of every port; one that is left out does not compile. */
const VERBS: { readonly [P in keyof VenuePorts]: Verbs<VenuePorts[P]> } = {
  marketData: {
    markets: CALL,
    candles: (series: CandleSeries) => ({ candlesRead: series.openMs.length }),
    turnovers: CALL,
    tickers: CALL,
  },
  universe: { topAssets: CALL },
  security: { report: CALL },
  ranking: { ranking: CALL },
  listings: { coins: CALL, lastPrices: CALL },
  tokenSource: { report: CALL },
  news: { items: CALL },
};

/** The port with each verb behind `layers`, the first one outermost. */
export function composePort<P extends keyof VenuePorts>(
  port: P,
  adapter: VenuePorts[P],
  layers: readonly PortLayer[],
): VenuePorts[P] {
  const composed: Record<string, unknown> = { ...adapter };
  for (const [verb, workOf] of Object.entries(VERBS[port]) as [string, PortCall["workOf"]][]) {
    const ask = Reflect.get(adapter, verb) as (...args: readonly unknown[]) => unknown;
    composed[verb] = (...args: readonly unknown[]) => {
      const call: PortCall = { port, verb, workOf };
      const made = (): unknown => ask.apply(adapter, args as unknown[]);
      return layers.reduceRight<() => unknown>((next, layer) => () => layer(call, next), made)();
    };
  }
  return composed as unknown as VenuePorts[P];
}
