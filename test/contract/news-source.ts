// The contract of the NewsSource port: what a feed holds, as seen now; a source that is silent or makes no sense is an error.
import { expect, it } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { ProviderError } from "#schemas/errors.ts";
import { NewsItem } from "#schemas/news.ts";
import type { NewsSource } from "#schemas/ports/market.ts";
import { unixMs } from "#schemas/units.ts";

/** `2026-01-05T12:00:00Z`. */
export const SEEN_MS = unixMs(1_767_614_400_000);

export interface NewsSourceCase {
  /** At least two items, the first of them `Venue Will Delist ABC (ABC)` of 10:00 of that day. */
  readonly open: () => NewsSource;
  /** The same source: it does not answer at all. */
  readonly silent: () => NewsSource;
  /** The same source: what it answers makes no sense. */
  readonly broken: () => NewsSource;
}

export function newsSourceContract({ open, silent, broken }: NewsSourceCase): void {
  it("gives what it holds, each item once, as seen at the moment that it is asked about", async () => {
    const items = await open().items({ nowMs: SEEN_MS }, NEVER_ABORTED);
    expect(items.length).toBeGreaterThan(1);
    for (const item of items) expect(NewsItem.parse(item)).toEqual(item);
    expect(items.every(({ seenAtMs }) => seenAtMs === SEEN_MS)).toBe(true);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(items[0]).toMatchObject({
      kind: "delisting",
      title: "Venue Will Delist ABC (ABC)",
      publishedAtMs: SEEN_MS - 2 * 3_600_000,
      assets: [{ ticker: "ABC", coinId: null }],
    });
  });

  it("names an item by the same id whenever it is asked", async () => {
    const ids = async (nowMs: number) =>
      (await open().items({ nowMs: unixMs(nowMs) }, NEVER_ABORTED)).map(({ id }) => id);
    expect(await ids(SEEN_MS + 60_000)).toEqual(await ids(SEEN_MS));
  });

  it("has a name that is no address: what stands behind the host may be secret", () => {
    expect(open().id).not.toMatch(/[/?#@]/);
  });

  it("says that it did not answer, or not with a feed", async () => {
    for (const source of [silent(), broken()]) {
      await expect(source.items({ nowMs: SEEN_MS }, NEVER_ABORTED)).rejects.toThrow(ProviderError);
    }
  });

  it("ends with the signal's reason when it is aborted", async () => {
    const reason = new Error("the slot begins");
    await expect(silent().items({ nowMs: SEEN_MS }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
}
