// Floor 2. The security source of an exchange where nobody is asked which coin a market is: of none is that known, whatever its ticker, and
// unknown is not entered (law 4).
import type { SecuritySource } from "#schemas/ports/market.ts";
import { splitSymbol } from "#schemas/units.ts";
import { unknownReport } from "./goplus.ts";

const SOURCE = "ranking";

export const createUnreportedSecurity = (): SecuritySource => ({
  id: SOURCE,
  report: async ({ symbol, nowMs }, { signal }) => {
    signal.throwIfAborted();
    const reason = `identity of ${splitSymbol(symbol).base} is not established: no ranking was heard`;
    return unknownReport({ reason, source: SOURCE, nowMs });
  },
});
