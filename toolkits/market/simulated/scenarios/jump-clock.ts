// Floor 2. Prices that stand still and jump: which minute of the day's Brownian motion each minute shows. At the start of each four
// hours 216 of its 240 minutes have passed at once; the other 24 pass one at a time, every tenth minute. A motion that is looked
// at by another clock is driftless as before: no jump can be foretold.
import type { MinuteClock } from "../minute-candles.ts";

const BLOCK = 240;
const AT_ONCE = 216;
const STEP = BLOCK / (BLOCK - AT_ONCE);

export const jumpClock: MinuteClock = {
  opensAt: (minute) => (minute % BLOCK === 0 ? minute + AT_ONCE : null),
  closesAt: (minute) => minute - (minute % BLOCK) + AT_ONCE + Math.floor(((minute % BLOCK) + 1) / STEP),
};
