// Floor 2. An exchange's public socket, through ccxt → a candle feed. ccxt connects, subscribes and reads the protocol; but it hands
// out only what comes while somebody waits, so that every word is taken where ccxt itself has just read it.
import { Candle } from "#schemas/market.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { detail, isUnanswered } from "../ccxt/provider-errors.ts";
import type { CandleFeed, CandleListener } from "./candle-feed.ts";

/** Waits before it connects again; the last one from then on. */
const RECONNECT_MS = [1000, 2000, 5000, 15_000, 60_000] as const;
/** Rows looked at after each word: the one that it was about, in whatever order the words come. */
const NEWEST_ROWS = 3;

type Rows = readonly (readonly unknown[])[];
interface Socket {
  readonly url: string;
  resolve(result: unknown, hash?: string): unknown;
}

/** What of a ccxt.pro exchange is used (https://docs.ccxt.com/#/ccxt.pro.manual). */
export interface CcxtSocketClient {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  watchOHLCVForSymbols(pairs: readonly (readonly [string, string])[]): Promise<unknown>;
  unWatchOHLCVForSymbols(pairs: readonly (readonly [string, string])[]): Promise<unknown>;
  /** Reads one word about a candle and resolves whoever waits for it. */
  handleOHLCV(socket: Socket, message: unknown): unknown;
  onError(socket: Socket, error: unknown): unknown;
  onClose(socket: Socket, error: unknown): unknown;
  close(): Promise<unknown>;
}

export interface CcxtCandleFeedDeps {
  readonly client: CcxtSocketClient;
  /** Resolves after so many ms; rejects when aborted. */
  readonly sleep: (ms: number, options: { readonly signal: AbortSignal }) => Promise<void>;
}

export function createCcxtCandleFeed({ client, sleep }: CcxtCandleFeedDeps, listener: CandleListener): CandleFeed {
  const pairs = new Map<string, readonly [MarketSymbol, Timeframe]>();
  const heard = new Set<string>();
  const ended = new AbortController();
  const said = new Set<string>();
  let changed = Promise.withResolvers<void>();
  let running: Promise<void> | null = null;
  listen(client, { ...listener, onFault: fault }, pairs, heard);

  function fault(was: string, kind = was): void {
    if (said.has(kind)) return;
    said.add(kind);
    listener.onFault(was);
  }

  function failed(error: unknown, failures: number): void {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    if (!isUnanswered(error)) fault(`${name}: ${detail(message)}.`, name);
    else if (failures === RECONNECT_MS.length)
      fault(`No connection in ${failures} attempts (${detail(message)}).`, "away");
  }

  const listChanged = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };

  /** ccxt subscribes to what is new in the list and waits for the next word: an error here is all that tells of a lost connection. */
  async function run(): Promise<void> {
    for (let failures = 0; !ended.signal.aborted; ) {
      try {
        const word = pairs.size === 0 ? changed.promise : client.watchOHLCVForSymbols([...pairs.values()]);
        word.catch(() => {});
        await Promise.race([word, changed.promise]);
        failures = 0;
      } catch (error) {
        if (ended.signal.aborted) return;
        // Of a market that was left while its next word was waited for.
        if (error instanceof Error && error.name === "UnsubscribeError") continue;
        listener.onBreak();
        const waitMs = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)] ?? 0;
        failures += 1;
        failed(error, failures);
        await sleep(waitMs, { signal: ended.signal }).catch(() => {});
      }
    }
  }

  return {
    watch(symbol, timeframe) {
      const name = nameOf(symbol, timeframe);
      if (pairs.has(name) || ended.signal.aborted) return;
      pairs.set(name, [symbol, timeframe]);
      listChanged();
      running ??= run();
    },
    unwatch(symbol, timeframe) {
      const name = nameOf(symbol, timeframe);
      if (!pairs.delete(name) || ended.signal.aborted) return;
      listChanged();
      // ccxt fails to leave a market of okx that has told nothing yet; its words are not listened to in any case.
      if (!heard.delete(name)) return;
      client.unWatchOHLCVForSymbols([[symbol, timeframe]]).catch((error: unknown) => failed(error, 0));
    },
    async close() {
      ended.abort();
      changed.resolve();
      await client.close().catch(() => {});
      await running;
    },
  };
}

const nameOf = (symbol: string, timeframe: string): string => `${timeframe} ${symbol}`;

function listen(
  client: CcxtSocketClient,
  listener: CandleListener,
  pairs: ReadonlyMap<string, readonly [MarketSymbol, Timeframe]>,
  heard: Set<string>,
): void {
  const handle = client.handleOHLCV.bind(client);
  const onError = client.onError.bind(client);
  const onClose = client.onClose.bind(client);
  client.handleOHLCV = (socket, message) => {
    const heard: Socket = Object.create(socket, {
      resolve: {
        value(result: unknown, hash?: string): unknown {
          tell(result);
          return socket.resolve(result, hash);
        },
      },
    });
    return handle(heard, message);
  };
  const tell = (result: unknown): void => {
    const [name, timeframe, rows] = Array.isArray(result) ? (result as readonly unknown[]) : [];
    if (typeof name !== "string" || typeof timeframe !== "string" || !Array.isArray(rows)) return;
    const pair = pairs.get(nameOf(name, timeframe));
    if (pair === undefined) return;
    heard.add(nameOf(name, timeframe));
    // Its list is one of ccxt's own class: copied.
    const candles = Array.from((rows as Rows).slice(-NEWEST_ROWS), candleOf);
    if (candles.includes(null)) {
      listener.onBreak();
      listener.onFault("It tells candles that are none.");
    } else
      listener.onCandles(
        ...pair,
        candles.filter((candle) => candle !== null),
      );
  };
  client.onError = (socket, error) => {
    listener.onBreak();
    return onError(socket, error);
  };
  client.onClose = (socket, error) => {
    listener.onBreak();
    return onClose(socket, error);
  };
}

/** Null: no candle. */
function candleOf([openMs, open, high, low, close, volume]: readonly unknown[]): Candle | null {
  return Candle.safeParse({ openMs, open, high, low, close, volume }).data ?? null;
}
