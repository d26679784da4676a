// The contract of a StrategyHost, run by the host in this thread and by the one in a thread of its own.
import { describe, expect, it } from "vitest";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import type { MarketRows } from "#toolkits/strategies/read-market.ts";

export interface HostUnderTest extends AsyncDisposable {
  readonly host: StrategyHost;
}

/** What the definition under test does, as source text: the same for every host. */
export type RuleText = "good" | "throws" | "nan" | "unknown-value" | "future" | "promise" | "strength" | "held";

export const RULES: Readonly<Record<RuleText, string>> = {
  good: `enter: ({ now, ago }) => now.fast > now.slow && ago(1).fast <= ago(1).slow && "crossed"`,
  throws: `enter: ({ symbol }) => { if (symbol === "BAD/USDT") throw new RangeError("boom"); return false; }`,
  nan: `enter: ({ symbol }) => symbol === "BAD/USDT" ? Number.NaN : false`,
  "unknown-value": `enter: ({ now }) => now.fats > 1`,
  future: `enter: ({ ago }) => ago(-1).fast > 1`,
  promise: `enter: async () => true`,
  strength: `enter: () => ({ because: "yes", strength: Number.NaN })`,
  held: `enter: () => false, exitHeld: (_, position) => position.gainPct < -5 && "lost 5 %"`,
};

export interface HostContract {
  readonly name: string;
  open(rule: RuleText): Promise<HostUnderTest>;
  market(symbol: string): MarketRows;
}

export function strategyHostContract({ name, open, market }: HostContract): void {
  const good = market("GOOD/USDT");
  const bad = market("BAD/USDT");
  const faultOf = async (host: StrategyHost): Promise<string> => {
    const answer = await host.read([good, bad]);
    return answer.status === "ended" ? answer.fault.message : "it answered";
  };

  describe(`strategy host: ${name}`, () => {
    it("answers every market of a slot, in the order asked", async () => {
      await using under = await open("good");
      const answer = await under.host.read([bad, good]);
      expect(answer.status === "read" && answer.results.map(({ symbol }) => symbol)).toEqual(["BAD/USDT", "GOOD/USDT"]);
      expect(answer.status === "read" && answer.results[0]?.values["fast"]?.length).toBe(2);
    });

    it("leaves levels out where they are not asked for, and says so", async () => {
      await using under = await open("good");
      const answer = await under.host.read([good], { wantsLevels: false });
      expect(answer.status === "read" && answer.results[0]?.levels.note).toBe("not asked for");
      const whole = await under.host.read([good]);
      expect(whole.status === "read" && whole.results[0]?.levels.status).toBe("exact");
    });

    it("answers many slots that are asked at once, each its own", async () => {
      await using under = await open("good");
      const answers = await Promise.all(
        ["A/USDT", "B/USDT", "C/USDT"].map((symbol) => under.host.read([market(symbol)])),
      );
      const symbols = answers.map((answer) => answer.status === "read" && answer.results[0]?.symbol);
      expect(symbols).toEqual(["A/USDT", "B/USDT", "C/USDT"]);
    });

    it.each([
      ["throws", "enter, BAD/USDT at the close of ", "it threw RangeError: boom"],
      ["nan", "enter, BAD/USDT at the close of ", "it returned NaN"],
      ["unknown-value", "enter, GOOD/USDT at the close of ", "it reads fats, and there is no such value"],
      ["future", "enter, GOOD/USDT at the close of ", "ago(-1) looks into the future"],
      ["promise", "enter, GOOD/USDT at the close of ", "it returned a promise"],
      ["strength", "enter, GOOD/USDT at the close of ", "it returned NaN"],
    ] as const)(
      "ends a strategy whose rule %s, naming rule and market, and says the same ever after",
      async (rule, where, what) => {
        await using under = await open(rule);
        expect(under.host.fault).toBeNull();
        const fault = await faultOf(under.host);
        expect(fault).toContain(where);
        expect(fault).toContain(what);
        expect(under.host.fault?.message).toBe(fault);
        expect(await faultOf(under.host)).toBe(fault);
      },
    );

    it("asks what hangs on a position from the values of a reading", async () => {
      await using under = await open("held");
      const read = await under.host.read([good]);
      if (read.status !== "read") throw read.fault;
      const values = read.results[0]?.values ?? {};
      const position = { entryPrice: 100, openedAtMs: 0, candles: 3 };
      const of = { symbol: "GOOD/USDT", asOfMs: 0, timeframe: "5m" } as const;
      const answer = await under.host.readHeld([
        { ...of, values, position: { ...position, gainPct: -6 } },
        { ...of, values, position: { ...position, gainPct: 1 } },
      ]);
      expect(answer).toEqual({ status: "read", results: [{ reasons: ["lost 5 %"] }, null] });
    });

    it("can be closed twice", async () => {
      await using under = await open("good");
      await under.host.close();
      await under.host.close();
    });
  });
}
