import { describe, expect, it } from "vitest";
import { ConfigError, UnknownNameError } from "#schemas/errors.ts";
import * as refs from "#toolkits/indicators/refs.ts";
import { INDICATORS, indicatorById } from "#toolkits/indicators/registry.ts";
import { resolveSettings } from "#toolkits/indicators/settings.ts";
import type { IndicatorRef } from "#toolkits/indicators/spec.ts";

const RSI = indicatorById("rsi");
const MACD = indicatorById("macd");

describe("indicator registry", () => {
  it("names the nearest indicators when asked for one that is not there", () => {
    expect(() => indicatorById("boilinger")).toThrow(UnknownNameError);
    expect(() => indicatorById("boilinger")).toThrow(/no indicator "boilinger".*one of: bollinger/);
  });

  it("gives each indicator its own id and definition, and says what a still market gives", () => {
    expect(new Set(INDICATORS.map(({ id }) => id)).size).toBe(INDICATORS.length);
    expect(new Set(INDICATORS.map(({ definitionId }) => definitionId)).size).toBe(INDICATORS.length);
    for (const { flat, definition, outputs } of INDICATORS) {
      expect(Math.min(flat.length, definition.length)).toBeGreaterThan(1);
      expect(Object.keys(outputs).length).toBeGreaterThan(0);
    }
  });

  it.each(INDICATORS)(
    "$id: its kernel has as many outputs as it names, and needs at least what it remembers",
    (spec) => {
      const settings = resolveSettings(spec);
      const kernel = spec.kernel(settings);
      expect(kernel.outputs).toBe(Object.keys(spec.outputs).length);
      expect(kernel.memoryRows === null).toBe(kernel.stateLength > 0);
      if (kernel.memoryRows === null) expect(spec.needRows(settings)).toBeGreaterThan(10);
      else expect(spec.needRows(settings)).toBe(kernel.memoryRows);
      expect(spec.reads(settings).length).toBeGreaterThan(0);
    },
  );

  it.each(INDICATORS)("$id: makes a kernel at both ends of every range", (spec) => {
    for (const [name, setting] of Object.entries(spec.settings)) {
      const ends = "options" in setting ? setting.options : [setting.min, setting.max];
      for (const value of ends) {
        if (spec.id === "macd" && (name === "fast" || name === "slow")) continue;
        expect(spec.kernel(resolveSettings(spec, { [name]: value })).outputs).toBeGreaterThan(0);
      }
    }
  });
});

describe("settings of an indicator", () => {
  it("take their defaults where nothing is given", () => {
    expect(resolveSettings(RSI)).toEqual({ period: 14, source: "close" });
    expect(resolveSettings(RSI, { period: 2, source: undefined })).toEqual({ period: 2, source: "close" });
  });

  it.each([
    [{ period: 1 }, /setting period of the indicator rsi is 1\. Expected a whole number from 2 to 200/],
    [{ period: 14.5 }, /period of the indicator rsi is 14\.5.*whole number/],
    [{ period: Number.NaN }, /period of the indicator rsi is NaN/],
    [{ period: "14" }, /period of the indicator rsi is "14"/],
    [
      { source: "typical" },
      /source of the indicator rsi is "typical"\. Expected one of: open, high, low, close, volume/,
    ],
    [{ length: 14 }, /rsi has no setting "length"\. Expected one of: .*period/],
    [{ toString: 1 }, /rsi has no setting "toString"/],
  ])("refuses %o, naming indicator, setting and range", (given, message) => {
    expect(() => resolveSettings(RSI, given)).toThrow(ConfigError);
    expect(() => resolveSettings(RSI, given)).toThrow(message);
  });

  it("refuses a MACD whose fast mean is not the faster", () => {
    expect(() => resolveSettings(MACD, { fast: 26, slow: 26 })).toThrow(
      /indicator macd do not go together.*fast is 26/,
    );
  });
});

describe("indicator constructors", () => {
  const { refOf, ...constructors } = refs;

  it("are there for every indicator of the registry, with its defaults and outputs in its order", () => {
    const made = Object.values(constructors).map((make) => make());
    expect(new Set(made.map(({ indicator }) => indicator))).toEqual(new Set(INDICATORS.map(({ id }) => id)));
    expect(made.length).toBe(INDICATORS.length);
    for (const ref of made) {
      const spec = indicatorById(ref.indicator);
      expect(ref).toMatchObject({
        settings: resolveSettings(spec),
        timeframe: null,
        outputs: Object.keys(spec.outputs),
      });
    }
  });

  it("take numbers in the registry's order, then options", () => {
    for (const make of Object.values(constructors)) {
      const { settings } = indicatorById(make().indicator);
      const numbers = Object.entries(settings).filter(([, setting]) => !("options" in setting));
      for (const [place, [name, setting]] of numbers.entries()) {
        if ("options" in setting) continue;
        const given = setting.default === setting.max ? setting.min : setting.default + (setting.integer ? 1 : 0.5);
        const args = numbers.map((_, k) => (k === place ? given : undefined));
        expect((make as (...args: unknown[]) => IndicatorRef)(...args).settings[name]).toBe(given);
      }
    }
    expect(refs.price("volume").settings).toEqual({ source: "volume" });
  });

  it("keep settings and source, and name another timeframe without touching the first", () => {
    const base = refs.ema(50, { source: "high" });
    const higher = base.on("1h");
    expect(base).toMatchObject({ indicator: "ema", settings: { period: 50, source: "high" }, timeframe: null });
    expect(higher).toMatchObject({ indicator: "ema", settings: { period: 50, source: "high" }, timeframe: "1h" });
    expect(higher.on("1d").timeframe).toBe("1d");
    expect(refs.bollinger(20, 2).outputs).toEqual(["upper", "middle", "lower", "bandwidth", "percentB"]);
  });

  it("refuse a timeframe or a setting that is not there", () => {
    // @ts-expect-error: "7m" is no timeframe
    expect(() => refs.ema(50).on("7m")).toThrow(/indicator ema .*timeframe "7m"\. Expected one of: 1m, 5m/);
    expect(() => refs.ema(0)).toThrow(/period of the indicator ema is 0/);
    expect(() => refOf(RSI, { length: 3 })).toThrow(ConfigError);
  });
});
