// Floor 2. A cache of texts → bodies of analyses by their version. A body found here is the right one or none: the name says
// which it is, the text carries a checksum over name and body, and what does not parse is a miss.
import { createHash } from "node:crypto";
import { Analysis, type AnalysisKey } from "#schemas/analysis.ts";
import type { AnalysisVersion, HotCache } from "#schemas/ports/memory.ts";
import { timeframeMs } from "#schemas/units.ts";
import { deepFreeze } from "../deep-freeze.ts";

/** A body is wanted until the next candle has replaced it, and a while after by those who are late. */
const TTL_IN_CANDLES = 2;
const CHECKSUM_CHARS = 16;

interface WantedBody {
  readonly key: AnalysisKey;
  readonly version: Pick<AnalysisVersion, "id" | "computedAtMs" | "checkedThroughMs">;
}

const nameOf = (key: AnalysisKey, version: Pick<AnalysisVersion, "id" | "computedAtMs">): string =>
  JSON.stringify(["analysis", key.venueId, key.symbol, key.timeframe, version.id, version.computedAtMs]);

const checksumOf = (name: string, body: string): string =>
  createHash("sha256").update(name).update(body).digest("hex").slice(0, CHECKSUM_CHARS);

export function createBodyCache(cache: HotCache) {
  return {
    /** In the order asked; undefined for a miss. Never fails. */
    async getMany(wanted: readonly WantedBody[]): Promise<readonly (Analysis | undefined)[]> {
      if (wanted.length === 0) return [];
      const names = wanted.map(({ key, version }) => nameOf(key, version));
      const texts = await cache.getMany(names);
      return wanted.map((want, index) => {
        const name = names[index];
        const text = texts[index];
        return name === undefined || text === undefined ? undefined : parse(name, text, want);
      });
    },

    async putMany(records: readonly Analysis[]): Promise<void> {
      for (const [timeframe, group] of Map.groupBy(records, (record) => record.timeframe)) {
        const entries = group.map((record) => {
          const name = nameOf(record, record);
          const body = JSON.stringify(record);
          return [name, `${checksumOf(name, body)}${body}`] as const;
        });
        await cache.setMany(entries, TTL_IN_CANDLES * timeframeMs(timeframe));
      }
    },
  };
}

function parse(name: string, text: string, { version }: WantedBody): Analysis | undefined {
  const body = text.slice(CHECKSUM_CHARS);
  if (text.slice(0, CHECKSUM_CHARS) !== checksumOf(name, body)) return undefined;
  // The checksum holds, so it is JSON; but a program of another version may have written it.
  const parsed = Analysis.safeParse(JSON.parse(body));
  return parsed.success ? deepFreeze({ ...parsed.data, checkedThroughMs: version.checkedThroughMs }) : undefined;
}
