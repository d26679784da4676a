// What a desk is begun with: a key of each kind at each venue, and an account that differs, named before any order.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import type { KeyRights } from "#test/exchanges/trading/trading-account.ts";
import { keyRefusal } from "#toolkits/execution/live/account-guard.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { Rig } from "./rig.ts";

const HOUR_MS = 3_600_000;
/** Of whom the venue tells when the key ends. The others refuse what it asks from then on. */
const TELL_THE_END: readonly string[] = ["binance", "bybit", "kraken"];

for (const venueId of Object.keys(TRIED_VENUES)) {
  describe(`a desk that is begun at ${venueId}`, () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await Rig.open(venueId);
    });
    afterAll(() => rig.close());
    const RIGHTS: KeyRights = { trade: true, withdraw: false, expiresMs: null, ipBound: true };
    /** Why it is not begun; empty: it is. */
    const refusal = async (rights: Partial<KeyRights>, liveAccount = rig.trader.account.accountId): Promise<string> => {
      Object.assign(rig.trader.account.rights, RIGHTS, rights);
      try {
        const key = await rig.trader.orders.checkKey(rig.options);
        return keyRefusal(key, { liveAccount, nowMs: rig.trader.now() }) ?? "";
      } catch (error) {
        if (error instanceof ProviderRefusedError || error instanceof ProviderError)
          return `the venue: ${error.message}`;
        throw error;
      } finally {
        Object.assign(rig.trader.account.rights, RIGHTS);
      }
    };

    it("takes the key of its account that may trade and no more, and names what is wrong with any other", async () => {
      const nowMs = rig.trader.now();
      const soon = await refusal({ expiresMs: nowMs + HOUR_MS });
      expect({
        right: await refusal({}),
        lasts: await refusal({ expiresMs: nowMs + 90 * 24 * HOUR_MS }),
        withdraws: await refusal({ withdraw: true }),
        readsOnly: await refusal({ trade: false }),
        ended: await refusal({ expiresMs: nowMs - 1 }),
        another: await refusal({}, "another"),
        soon: TELL_THE_END.includes(venueId) ? soon : "expires within a day",
      }).toEqual({
        right: "",
        lasts: "",
        withdraws: expect.stringContaining("may withdraw"),
        readsOnly: expect.stringMatching(/may not trade|the venue: .*refuse/),
        ended: expect.stringMatching(/^the venue: .*refuse/),
        another: expect.stringMatching(/is of account .+, and --live-account names another/),
        soon: expect.stringContaining("expires within a day"),
      });
      expect(rig.trader.exchange.count("place")).toBe(0);
    });

    it("enters nothing from the first look on, where the account is not as its journal says", async () => {
      const { account, quote } = rig.trader;
      account.deposit(quote, "-1");
      const orders = account.orders.length;
      await rig.begin();
      await rig.reconciliation.refresh(rig.trader.now(), rig.options);
      expect(rig.reconciliation.bar(rig.trader.now())).toMatch(/differs from the journal.*10000.*9999/);
      account.deposit(quote, "1");
      rig.trader.wait(11_000);
      await rig.reconciliation.refresh(rig.trader.now(), rig.options);
      expect(account.orders).toHaveLength(orders);
    });
  });
}
