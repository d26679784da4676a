// The contract of the Notifier port, run by the terminal, the webhooks and Telegram.
import { describe, expect, it } from "vitest";
import type { Alert } from "#schemas/alert.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";

export interface NotifierUnderTest extends AsyncDisposable {
  readonly notifier: Notifier;
  /** What arrived, one text a send, as the other side has it. */
  arrived(): readonly string[];
  /** Breaks the way to the other side; null where there is none that could break. */
  readonly breakWay: (() => Promise<void>) | null;
}

export const someAlert = (change: Partial<Alert> = {}): Alert => ({
  alertId: "stop-missing:BTC/USDT:1772442000000",
  kind: "stop-missing",
  symbol: "BTC/USDT" as MarketSymbol,
  atMs: unixMs(1_772_442_300_000),
  text: "No stop rests for BTC/USDT.",
  simulated: false,
  ...change,
});

const unhurried = { signal: new AbortController().signal };

export function notifierContract(name: string, channel: string, open: () => Promise<NotifierUnderTest>): void {
  describe(`notifier: ${name}`, () => {
    it("has the name under which the journal says that an alert was taken", async () => {
      await using under = await open();
      expect(under.notifier.channel).toBe(channel);
    });

    it("hands over what happened, of which kind, and when", async () => {
      await using under = await open();
      await under.notifier.send(someAlert(), unhurried);
      const [text, ...others] = under.arrived();
      expect(others).toEqual([]);
      for (const part of ["stop-missing", "No stop rests for BTC/USDT.", "2026-03-02 09:05"]) {
        expect(text).toContain(part);
      }
    });

    it("says that prices are invented where they are, and does not where they are real", async () => {
      await using under = await open();
      await under.notifier.send(someAlert(), unhurried);
      await under.notifier.send(someAlert({ simulated: true }), unhurried);
      expect(under.arrived().map((text) => text.includes("SIMULATED"))).toEqual([false, true]);
    });

    it("may be asked again for the same alert, and hands over the same", async () => {
      await using under = await open();
      await under.notifier.send(someAlert(), unhurried);
      await under.notifier.send(someAlert(), unhurried);
      const [first, second] = under.arrived();
      expect(second).toBe(first);
      expect(first).toBeDefined();
    });

    it("ends with the signal's reason where it is aborted already, and hands over nothing", async () => {
      await using under = await open();
      const reason = new Error("the desk ends");
      await expect(under.notifier.send(someAlert(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(under.arrived()).toEqual([]);
    });

    it("hands over what waited as one message, with all of it, if it reaches people elsewhere", async () => {
      await using under = await open();
      const { notifier } = under;
      if (notifier.sendDigest === undefined) return;
      const alerts = [
        someAlert({ simulated: true }),
        someAlert({ kind: "fill", alertId: "fill:1", text: "SOL was bought." }),
      ];
      await notifier.sendDigest(alerts, unhurried);
      const [text, ...others] = under.arrived();
      expect(others).toEqual([]);
      for (const part of [
        "stop-missing",
        "No stop rests for BTC/USDT.",
        "SIMULATED",
        "fill",
        "SOL was bought.",
        "09:05",
      ]) {
        expect(text).toContain(part);
      }
    });

    it("throws a ProviderError where the other side is gone, if it can be", async () => {
      await using under = await open();
      if (under.breakWay === null) return;
      await under.breakWay();
      await expect(under.notifier.send(someAlert(), unhurried)).rejects.toBeInstanceOf(ProviderError);
    });
  });
}
