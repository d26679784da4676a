// Floor 4. Feeds → the items that this desk has seen, kept as snapshots that all desks share. Who asks for news reads here; no feed is asked for
// an answer or a decision.
import { ProviderError } from "#schemas/errors.ts";
import { type NamedCoin, NewsItem } from "#schemas/news.ts";
import type { Clock, NewsSource } from "#schemas/ports/market.ts";
import type { SnapshotStore } from "#schemas/ports/memory.ts";
import type { CallOptions, HeldLease, Lease } from "#schemas/ports/work.ts";
import { KEEP_NEWS_DAYS } from "#schemas/retention.ts";
import { DAY_MS, MINUTE_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { isEdited, type NewsAsk, newsVisible } from "./visible.ts";

/** A read that another desk on the store has made is good for this part of the time between two; then the clocks of both may differ. */
const TURN_SHARE = 0.9;
/** What another desk reads is looked for in the store so often. */
const LOOK_FOR_OTHERS_MS = MINUTE_MS;
/** One that cannot be given back runs out. */
const RELEASE_WITHIN_MS = 1_000;
/** Versions held in memory at most, the newest. */
const MOST_VERSIONS = 5_000;
/** Versions of one item: a title that counts minutes is another at every read. */
const MOST_EDITS = 10;

export interface NewsParts {
  readonly sources: readonly NewsSource[];
  readonly snapshots: SnapshotStore;
  /** Of the same store, where several processes have it: one of them asks a feed; left out: this one is alone. */
  readonly leases?: Lease;
  readonly clock: Pick<Clock, "now">;
  /** Between two reads of one feed, ms. */
  readonly everyMs: number;
  /** The ranking's id of the coin that this desk trades under a ticker; null: none, or it cannot be told which. */
  readonly coinIdOf: (ticker: string) => string | null;
  /** What is worth a line for people. */
  readonly onNote: (text: string) => void;
}

export class NewsBook {
  readonly #parts: NewsParts;
  /** By item and moment of seeing. */
  #versions: ReadonlyMap<string, NewsItem> = new Map();
  readonly #readMs = new Map<string, UnixMs>();
  readonly #dueMs = new Map<string, number>();
  readonly #faults = new Map<string, string>();
  #loadedMs: number | null = null;

  constructor(parts: NewsParts) {
    this.#parts = parts;
  }

  /** What is kept, by this desk and others, as far as it is not known yet. @throws StoreError */
  async load(options: CallOptions): Promise<void> {
    const nowMs = this.#parts.clock.now();
    // What others wrote meanwhile bears their moments: some of what is known is read again.
    const fromMs = unixMs(
      Math.max(0, this.#loadedMs === null ? nowMs - KEEP_NEWS_DAYS * DAY_MS : this.#loadedMs - DAY_MS),
    );
    const range = { scope: null, fromMs, nowMs, limit: MOST_VERSIONS };
    const kept = await this.#parts.snapshots.list("news", range, options);
    // One of another version of this program is none of ours.
    this.#add(kept.flatMap(({ body }) => NewsItem.safeParse(body).data ?? []));
    this.#loadedMs = nowMs;
  }

  /** Feeds that it is time to ask, the ones that were asked longest ago first. */
  due(nowMs: UnixMs): readonly NewsSource[] {
    const { sources } = this.#parts;
    const readMs = ({ id }: NewsSource): number => this.#readMs.get(id) ?? Number.NEGATIVE_INFINITY;
    return sources.filter(({ id }) => nowMs >= (this.#dueMs.get(id) ?? 0)).toSorted((a, b) => readMs(a) - readMs(b));
  }

  /**
   * Asks one feed, unless another desk on the store has just done so: then its items come with the next `load`. One that does not answer, or with nothing that can be read, is named once and asked again later; what is known stays.
   * @returns new items and new versions of old ones
   * @throws StoreError
   */
  async read(source: NewsSource, options: CallOptions): Promise<readonly NewsItem[]> {
    const { clock, snapshots, everyMs } = this.#parts;
    const askedMs = clock.now();
    const turn = await this.#turnAt(source, options);
    this.#readMs.set(source.id, askedMs);
    this.#dueMs.set(source.id, askedMs + (turn === "another's" ? Math.min(LOOK_FOR_OTHERS_MS, everyMs) : everyMs));
    if (turn === "another's") return [];
    const came = await this.#ask(source, askedMs, options).catch(async (error: unknown) => {
      await giveBack(turn);
      throw error;
    });
    if (came === null) {
      // Whoever can reach it may ask.
      await giveBack(turn);
      return [];
    }
    // They are seen now, not when they were asked for.
    const seenAtMs = clock.now();
    const newest = new Map(newsSeen(this.#versions.values()).map((item) => [item.id, item]));
    const times = Map.groupBy(this.#versions.values(), ({ id }) => id);
    const fresh = came
      .map((item) => this.#identified({ ...item, seenAtMs }))
      .filter((item) => {
        const before = newest.get(item.id);
        const isFull = (times.get(item.id)?.length ?? 0) >= MOST_EDITS;
        return before === undefined || (!isFull && isEdited(before, item));
      });
    await snapshots.put(
      "news",
      fresh.map((item) => ({ scope: item.id, seenAtMs, body: item })),
      options,
    );
    this.#add(fresh);
    return fresh;
  }

  /** What there is at a moment, newest first. */
  visible(ask: NewsAsk): readonly NewsItem[] {
    return newsVisible(this.#versions.values(), ask);
  }

  /** The coin of a market of this desk, as news may name it. */
  coin(base: string): NamedCoin {
    return { ticker: base.toUpperCase(), coinId: this.#parts.coinIdOf(base) };
  }

  /** When each feed was last asked by this process (null: not yet), and why that gave nothing (null: it did). */
  feeds(): readonly { readonly id: string; readonly askedMs: UnixMs | null; readonly fault: string | null }[] {
    return this.#parts.sources.map(({ id }) => ({
      id,
      askedMs: this.#readMs.get(id) ?? null,
      fault: this.#faults.get(id) ?? null,
    }));
  }

  /** A turn that was used is not given back: it bars the others until the feed is due again. Null: there are no others. */
  async #turnAt({ addressDigest }: NewsSource, options: CallOptions): Promise<HeldLease | "another's" | null> {
    const { leases, everyMs } = this.#parts;
    if (leases === undefined || addressDigest === undefined) return null;
    return (await leases.acquire(`news:${addressDigest}`, Math.floor(TURN_SHARE * everyMs), options)) ?? "another's";
  }

  async #ask(source: NewsSource, nowMs: UnixMs, options: CallOptions): Promise<readonly NewsItem[] | null> {
    try {
      const items = await source.items({ nowMs }, options);
      this.#faults.delete(source.id);
      return items;
    } catch (error) {
      if (options.signal.aborted || !(error instanceof ProviderError)) throw error;
      if (!this.#faults.has(source.id)) this.#parts.onNote(`news: ${error.message}`);
      this.#faults.set(source.id, error.message);
      return null;
    }
  }

  #identified(item: NewsItem): NewsItem {
    return { ...item, assets: item.assets.map(({ ticker }) => ({ ticker, coinId: this.#parts.coinIdOf(ticker) })) };
  }

  #add(items: readonly NewsItem[]): void {
    if (items.length === 0) return;
    const all = new Map(this.#versions);
    for (const item of items) all.set(`${item.id} ${item.seenAtMs}`, Object.freeze(item));
    const inOrder = [...all].toSorted(([, a], [, b]) => b.seenAtMs - a.seenAtMs);
    this.#versions = new Map(inOrder.slice(0, MOST_VERSIONS));
  }
}

/** The version of each item that was seen last, whether its time has come or not. */
const newsSeen = (versions: Iterable<NewsItem>): readonly NewsItem[] =>
  newsVisible(versions, { nowMs: Number.POSITIVE_INFINITY });

const giveBack = async (turn: HeldLease | null): Promise<void> => {
  await turn?.release({ signal: AbortSignal.timeout(RELEASE_WITHIN_MS) }).catch(() => {});
};
