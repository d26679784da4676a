import { describe, expect, it } from "vitest";
import { ruleFromJson } from "#desk/operator-rules/rule-json.ts";
import { ruleFromWords } from "#desk/operator-rules/rule-words.ts";
import { OperatorRule } from "#schemas/operator-rule.ts";
import { ASSET_GROUPS, assetGroupNamed } from "#toolkits/universe/asset-groups.ts";

const vocabulary = { assets: new Set(["BTC", "ETH", "DOGE", "SHIB", "1INCH"]), strategies: ["ema-cross"] };
const read = (words: string) => ruleFromWords(words, vocabulary);

/** What the wording means, in short: scope, then the rest. */
function short(words: string): string | null {
  const rule = read(words);
  if (rule === null) return null;
  expect(OperatorRule.parse(rule)).toEqual(rule);
  if (rule.type === "note") return "note";
  const { scope, type, ...rest } = rule;
  const of =
    scope.kind === "group"
      ? scope.name
      : scope.kind === "assets"
        ? scope.assets.join("+")
        : scope.kind === "markets"
          ? scope.pattern
          : scope.kind === "strategy"
            ? `@${scope.strategyId}`
            : "all";
  return `${type} ${of} ${JSON.stringify(rest)}`;
}

const WEEKEND = '{"when":{"kind":"weekend"},"hoursBefore":0}';
const A_DAY = (count: number) => `{"per":"day","count":${count}}`;

describe("the wordings of a rule", () => {
  it.each([
    ["never hold memecoins over the weekend", `no-hold-over memecoins ${WEEKEND}`],
    ["Never hold DOGE or SHIB over weekends.", `no-hold-over DOGE+SHIB ${WEEKEND}`],
    ["don't hold anything over the weekend", `no-hold-over all ${WEEKEND}`],
    ["nie Memecoins über das Wochenende halten", `no-hold-over memecoins ${WEEKEND}`],
    ["halte nie Memecoins über das Wochenende", `no-hold-over memecoins ${WEEKEND}`],
    ["nunca mantener memecoins durante el fin de semana", `no-hold-over memecoins ${WEEKEND}`],
    ["never hold BTC on Sundays", 'no-hold-over BTC {"when":{"kind":"weekdays","days":["sun"]},"hoursBefore":0}'],
    ["max two entries a day in AI tokens", `max-entries AI tokens ${A_DAY(2)}`],
    ["at most 3 entries in DOGE per day", `max-entries DOGE ${A_DAY(3)}`],
    ["no more than 10 trades a week", 'max-entries all {"per":"week","count":10}'],
    ["höchstens zwei Einstiege am Tag in KI-Token", `max-entries AI tokens ${A_DAY(2)}`],
    ["máximo dos entradas al día en tokens de IA", `max-entries AI tokens ${A_DAY(2)}`],
    ["no entries in DOGE on Sundays", 'no-entries DOGE {"when":{"kind":"weekdays","days":["sun"]}}'],
    ["no entries on Mondays and Sundays", 'no-entries all {"when":{"kind":"weekdays","days":["mon","sun"]}}'],
    ["no entries between 22:00 and 6 UTC", 'no-entries all {"when":{"kind":"hours","from":"22:00","to":"06:00"}}'],
    ["no entries in memecoins", 'no-entries memecoins {"when":{"kind":"always"}}'],
    ["never buy stablecoins", 'no-entries stablecoins {"when":{"kind":"always"}}'],
    ["never trade */BTC over the weekend", 'no-entries */BTC {"when":{"kind":"weekend"}}'],
    ["keine Einstiege in DOGE am Sonntag", 'no-entries DOGE {"when":{"kind":"weekdays","days":["sun"]}}'],
    ["sin entradas en DOGE los domingos", 'no-entries DOGE {"when":{"kind":"weekdays","days":["sun"]}}'],
    ["at most 3 positions in memecoins", 'max-positions memecoins {"count":3}'],
    ["at most one open position in ema-cross", 'max-positions @ema-cross {"count":1}'],
    ["höchstens drei Positionen in Memecoins", 'max-positions memecoins {"count":3}'],
    ["como máximo tres posiciones en memecoins", 'max-positions memecoins {"count":3}'],
    ["never more than 5 % in memecoins", 'max-exposure memecoins {"pct":5}'],
    ["max 2.5% in doge", 'max-exposure DOGE {"pct":2.5}'],
    ["nie mehr als 2,5 % in Memecoins", 'max-exposure memecoins {"pct":2.5}'],
    ["nunca más de 5 % en memecoins", 'max-exposure memecoins {"pct":5}'],
    ["at most 100 USDT a trade in DOGE and SHIB", 'max-stake DOGE+SHIB {"limit":{"amount":"100","currency":"USDT"}}'],
    ["at most 1 % per entry in memecoins", 'max-stake memecoins {"limit":{"pct":1}}'],
    // In capitals a ticker that the desk does not have is one all the same: the description says that it covers nothing.
    ["no entries in WIF", 'no-entries WIF {"when":{"kind":"always"}}'],
  ])("reads %j", (words, rule) => {
    expect(short(words)).toBe(rule);
  });

  it.each([
    "do nothing silly",
    "never hold memecoins over the weekend unless they rise",
    "never hold memecoins over the weekend, and sell ETH",
    "no entries in DOGE when BTC falls",
    "no entries in ugly coins",
    "never hold tokens on BSC over the weekend",
    "never hold memecoins overnight",
    "never hold memecoins over night",
    "hold memecoins over the weekend",
    "at least two entries a day in DOGE",
    "max zero entries a day",
    "max 0 entries a day in DOGE",
    "max two entries a month in DOGE",
    "never more than 150 % in DOGE",
    "at most 1,000 USDT a trade in DOGE",
    "no entries between 22:00 and 22:00",
    "no entries between 25:00 and 06:00",
    "no entries on Sundays and holidays",
    "at most 3 positions in memecoins except DOGE",
    "allow DOGE on Sundays",
    "",
  ])("does not read %j, rather than a part of it", (words) => {
    expect(read(words)).toBeNull();
  });

  it("takes the members of a group, and the date of their list, into the rule", () => {
    const rule = read("no entries in Memecoins");
    const group = assetGroupNamed("memecoins");
    expect(rule).toMatchObject({
      scope: { kind: "group", name: "memecoins", assets: group?.assets, asOf: group?.asOf },
    });
    expect(group?.assets).toEqual(expect.arrayContaining(["DOGE", "PEPE"]));
    expect(group?.assets).not.toContain("BTC");
  });
});

describe("the groups of assets", () => {
  it("are dated, have members in capitals, each once, and no name in common", () => {
    for (const { assets, asOf, name } of ASSET_GROUPS) {
      expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(assets.length).toBeGreaterThan(3);
      expect(new Set(assets).size).toBe(assets.length);
      expect(assets.filter((asset) => !/^[A-Z0-9]+$/.test(asset))).toEqual([]);
      expect(assetGroupNamed(`  ${name.toUpperCase()} `)?.name).toBe(name);
    }
    expect(assetGroupNamed("coins of my uncle")).toBeNull();
  });
});

describe("a rule in JSON", () => {
  const faults = (value: unknown) => {
    const reading = ruleFromJson(value);
    return reading.status === "refused" ? reading.faults.join("; ") : "read";
  };

  it("takes a named group's members from the list, or the operator's own", () => {
    const own = { kind: "group", name: "pets", assets: [" doge ", "WIF"] };
    expect(ruleFromJson({ type: "max-positions", scope: own, count: 1 })).toEqual({
      status: "rule",
      rule: { type: "max-positions", scope: { ...own, assets: ["DOGE", "WIF"], asOf: null }, count: 1 },
    });
    const named = ruleFromJson({
      type: "no-hold-over",
      scope: { kind: "group", name: "memes" },
      when: { kind: "weekend" },
    });
    expect(named).toEqual({ status: "rule", rule: { ...read("never hold memecoins over the weekend") } });
  });

  it("dates this project's own list alone, and reads back what it gave", () => {
    const scope = { kind: "group", name: "memecoins", assets: ["BTC"], asOf: "2026-01-01" };
    expect(ruleFromJson({ type: "max-positions", scope, count: 1 })).toMatchObject({ rule: { scope: { asOf: null } } });
    const rule = read("at most 3 positions in memecoins");
    expect(ruleFromJson(JSON.parse(JSON.stringify(rule)))).toEqual({ status: "rule", rule });
  });

  it.each([
    [
      { type: "max-positions", scope: { kind: "group", name: "pets" }, count: 1 },
      /no group is called "pets"; expected one of memecoins, AI tokens/,
    ],
    [{ type: "max-positions", scope: { kind: "all" } }, /^count: expected a whole number/],
    [{ type: "max-exposure", scope: { kind: "all" }, pct: "5" }, /^pct: expected percent/],
    [
      { type: "no-entries", scope: { kind: "assets", assets: ["d o"] }, when: { kind: "always" } },
      /^scope.assets.0: expected an asset/,
    ],
    [{ type: "permit", scope: { kind: "all" } }, /expected a rule with type no-hold-over/],
    ["never hold DOGE", /./],
    [null, /./],
  ])("names what is wrong with %j", (value, message) => {
    expect(faults(value)).toMatch(message);
  });
});
