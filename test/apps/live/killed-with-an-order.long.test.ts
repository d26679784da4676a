// A desk with money as its operator starts it, `bin/deeptrader.js start`, ended by the kernel while its entry is at the venue: what was
// taken is found by the next process, and nothing is sent twice. At a minute's candles, on the clock of this machine.
import { describe, expect, it } from "vitest";
import { FULL_COUNT } from "#test/support/count.ts";
import { isPostgresThere } from "#test/support/postgres-database.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { openMortalDesk } from "./mortal-desk.ts";

/** From the first question of the next process on. */
const HIDDEN_MS = 8_000;

const venues = Object.keys(TRIED_VENUES).filter((id) => FULL_COUNT || ["binance", "okx"].includes(id));

// Side by side: most of the time is waiting for a close.
describe.runIf(await isPostgresThere()).concurrent.each(venues)(
  "a desk at %s whose entry was taken, filled and never answered",
  (venueId) => {
    it("and is hidden for eight seconds from the process after a kill -9: one order, journaled as filled, and its stop", async () => {
      await using desk = await openMortalDesk(venueId);
      const { account, faults } = desk;
      account.hiddenUntilMs = Number.POSITIVE_INFINITY;
      faults.add({ fault: { kind: "unanswered" }, at: ["place"], times: 1 });
      const first = desk.start();
      await desk.bought(first);
      first.signal("SIGKILL");
      await first.ended;
      const second = desk.start();
      await desk.asked(second);
      account.hiddenUntilMs = Date.now() + HIDDEN_MS;
      await desk.covered(second);
      second.signal("SIGTERM");
      expect((await second.ended).code).toBe(0);
      expect(await desk.wrongs()).toEqual([]);
    });
  },
);
