// Floor 2. The security source of a venue for which no report provider is wired: native coins are known by the dated
// table, everything else is unknown, and unknown is not entered (law 4).
import type { SecuritySource } from "#schemas/ports/market.ts";
import { splitSymbol } from "#schemas/units.ts";
import { nativeCoin } from "../identity/native-coins.ts";
import { nativeReport, unknownReport } from "./goplus.ts";

const SOURCE = "native-table";

export const createUnreportedSecurity = (): SecuritySource => ({
  id: SOURCE,
  report: async ({ symbol, nowMs }, { signal }) => {
    signal.throwIfAborted();
    const { base } = splitSymbol(symbol);
    const native = nativeCoin(base, nowMs);
    return native === null
      ? unknownReport({ reason: `no token-security source is connected for ${base}`, source: SOURCE, nowMs })
      : nativeReport({ base, chain: native.chain, source: SOURCE, nowMs });
  },
});
