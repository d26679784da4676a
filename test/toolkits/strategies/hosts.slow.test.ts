import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ema } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { openStrategies } from "#toolkits/strategies/registry.ts";
import { RULES, type RuleText, strategyHostContract } from "../../contract/strategy-host.ts";
import { ROOT } from "../../support/sources.ts";
import { marketOf, swing } from "./market-rows.ts";
import { hostOptions, StrategyFolder, strategyText } from "./strategy-files.ts";

const run = promisify(execFile);

const market = (symbol: string) => marketOf(symbol, swing(420, symbol.charCodeAt(0)));

/** The rules as functions, from the same text that a file holds. */
const rulesOf = (rule: RuleText): object => new Function(`return ({ ${RULES[rule]} })`)() as object;

strategyHostContract({
  name: "in this thread",
  market,
  open: async (rule) => {
    const definition = { id: "mine", indicators: { fast: ema(12), slow: ema(48) }, ...rulesOf(rule) };
    const host = createLocalHost(compileStrategy(definition, { file: null }));
    return { host, [Symbol.asyncDispose]: () => host.close() };
  },
});

strategyHostContract({
  name: "a file, in a thread of its own",
  market,
  open: async (rule) => {
    const folder = new StrategyFolder();
    const host = await folder.open(folder.write({ "mine.ts": strategyText(RULES[rule]) }));
    return { host, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
  },
});

describe("a strategy in a thread of its own", () => {
  it("says what the same definition says in this thread, to the bit, behind a grid point too", async () => {
    await using folder = new StrategyFolder();
    const file = await folder.open(folder.write({ "mine.ts": strategyText(RULES.good) }));
    const definition = { id: "mine", indicators: { fast: ema(12), slow: ema(48) }, ...rulesOf("good") };
    const local = createLocalHost(compileStrategy(definition, { file: null }));
    const whole = market("A/USDT");
    const [frame] = whole.now;
    if (frame === undefined) throw new Error("There is a frame.");
    const later = marketOf("A/USDT", Array.from(frame.close.subarray(17)), frame.startMs + 17 * 300_000);
    const markets = [whole, { ...whole, next: later.now }, market("B/USDT")];
    expect(await file.read(markets)).toEqual(await local.read(markets));
  });

  it.each([
    ["loops without end", "for (;;);", "it took longer than 0.3 s to read 1 market"],
    [
      "allocates objects without end",
      "const all = []; for (;;) all.push({ at: [1, 2, 3] });",
      "it took more than 64 MiB of memory",
    ],
    [
      "allocates buffers without end",
      "const all = []; for (;;) all.push(new Float64Array(1e5).fill(1));",
      "it took more than 64 MiB of memory",
    ],
    ["ends its thread", "process.exit(0);", "it ended its own thread with exit code 0"],
    ["fails beside the rule", "Promise.reject(new Error('late'));", "late"],
  ])("is ended where it %s, and says why from then on; the other goes on", async (_, code, what) => {
    await using folder = new StrategyFolder();
    const slow = { slotMs: 300, memoryMb: 64 };
    const rule = `enter: () => { ${code} return false; }`;
    const bad = await folder.open(
      folder.write({ "bad.ts": strategyText(rule, "bad") }),
      what.includes("MiB") ? { memoryMb: 64, slotMs: 60_000 } : slow,
    );
    const good = await folder.open(folder.write({ "good.ts": strategyText(RULES.good, "good") }));
    await Promise.all([bad.read([market("A/USDT")]), good.read([market("A/USDT")])]);
    // What fails beside the rule is seen at the next slot at the latest.
    const [ended, goes] = await Promise.all([bad.read([market("A/USDT")]), good.read([market("A/USDT")])]);
    expect(ended.status === "ended" && ended.fault.message).toContain(what);
    expect(ended.status === "ended" && ended.fault.message).toContain("bad.ts");
    expect(goes.status).toBe("read");
    expect((await bad.readHeld([])).status).toBe("read");
  });

  it("names the candle of a market's 700th row at which a rule throws", async () => {
    await using folder = new StrategyFolder();
    const rule = `enter: ({ now }) => { if (now.close > 1000) throw new Error("too high"); return false; }`;
    const host = await folder.open(folder.write({ "mine.ts": strategyText(rule) }));
    const closes = [...swing(699), 1001];
    const before = marketOf("A/USDT", closes.slice(0, 699));
    expect((await host.read([before])).status).toBe("read");
    const at = marketOf("A/USDT", closes);
    const answer = await host.read([at]);
    const closeMs = (at.now[0]?.startMs ?? 0) + 700 * 300_000;
    expect(answer.status === "ended" && answer.fault.fault).toMatchObject({
      field: "enter",
      market: "A/USDT",
      closeMs,
    });
    expect(answer.status === "ended" && answer.fault.message).toContain(new Date(closeMs).toISOString());
  });

  it("finds no environment, and what it prints goes to the desk's notes", async () => {
    process.env["DEEPTRADER_SECRET_OF_THE_TEST"] = "hunter2";
    await using folder = new StrategyFolder();
    const lines: string[] = [];
    const probe = `
      import { spawnSync } from "node:child_process";
      console.log("env", JSON.stringify(process.env), String(process.report), JSON.stringify(process.argv.slice(2)));
      console.error("child", spawnSync(process.execPath, ["-p", "JSON.stringify(process.env)"]).stdout.toString().includes("hunter2"));
      ${strategyText(RULES.good)}`;
    const onOutput = (_: string, line: string) => void lines.push(line);
    await folder.open(folder.write({ "mine.ts": probe }), { onOutput });
    await expect.poll(() => lines.length).toBe(2);
    expect(lines.sort()).toEqual(["child false", "env {} undefined []"]);
  });

  it("says nothing of a package.json without a type, and not more than 200 lines of anything", async () => {
    await using folder = new StrategyFolder();
    const lines: string[] = [];
    const text = `${strategyText(RULES.good)}\nfor (let i = 0; i < 5000; i++) console.log("line", i);`;
    const onOutput = (_: string, line: string) => void lines.push(line);
    await folder.open(folder.write({ "mine.ts": text, "package.json": "{}" }), { onOutput });
    await expect.poll(() => lines.length).toBe(201);
    expect(lines.filter((line) => /MODULE_TYPELESS|Warning/.test(line))).toEqual([]);
    expect(lines.at(-1)).toBe("(more than 200 lines: the rest is not shown)");
  });

  it("has a definition id of its bytes, those of what it imports by path, and its parameters; wherever its folder lies", async () => {
    await using folder = new StrategyFolder();
    await using elsewhere = new StrategyFolder();
    const text = (factor: number) => ({
      "mine.ts": `import { period } from "./lib/helper.ts";
        import { defineStrategy, ema } from "deeptrader";
        export default defineStrategy({ id: "mine", parameters: { add: { default: 1, min: 0, max: 9 } },
          indicators: ({ add }) => ({ fast: ema(period + add) }), enter: () => false });`,
      "lib/helper.ts": `import { base } from "./base.ts"; export const period: number = base * 2;`,
      "lib/base.ts": `export const base = 12; // ${factor}`,
    });
    const idOf = async (at: StrategyFolder, factor: number, add?: number) => {
      const host = await at.open(at.write(text(factor)), add === undefined ? {} : { parameters: { add } });
      return host.info.definitionId;
    };
    const id = await idOf(folder, 1);
    expect(id).toMatch(/^mine\.[0-9a-f]{16}$/);
    expect([await idOf(folder, 1), await idOf(elsewhere, 1), await idOf(folder, 1, 1)]).toEqual([id, id, id]);
    expect(await idOf(folder, 2)).not.toBe(id);
    expect(await idOf(folder, 1, 2)).not.toBe(id);
  });

  it("has the same definition id in a thread of its own and beside another that imports the same helper", async () => {
    await using folder = new StrategyFolder();
    folder.write({ "helper.ts": 'export { period } from "./base.ts";', "base.ts": "export const period = 12;" });
    const text = (id: string) =>
      `import { period } from "./helper.ts";\n${strategyText(RULES.good, id).replace("12", "period")}`;
    const uses = ["one", "two"].map((id) => ({ use: folder.write({ [`${id}.ts`]: text(id) }) }));
    const apart = await openStrategies(uses, hostOptions);
    await Promise.all(apart.map((host) => host.close()));
    // The runner of the tests has imports of its own; a process has Node's.
    const registry = pathToFileURL(join(ROOT, "toolkits/strategies/registry.ts")).href;
    const script = `const { openStrategiesHere } = await import(${JSON.stringify(registry)});
      const hosts = await openStrategiesHere(${JSON.stringify(uses)});
      console.log(hosts.map(({ info }) => info.definitionId).join());`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout.trim()).toBe(apart.map(({ info }) => info.definitionId).join());
    expect(stdout).toMatch(/^one\.[0-9a-f]{16},two\.[0-9a-f]{16}$/m);
  });

  it("does not keep a process that is done, open or hung", async () => {
    await using folder = new StrategyFolder();
    const use = folder.write({
      "mine.ts": `setInterval(() => {}, 1000); console.log("said"); ${strategyText(RULES.good)}`,
    });
    const registry = pathToFileURL(join(ROOT, "toolkits/strategies/registry.ts")).href;
    const script = `import { setTimeout as delay } from "node:timers/promises";
      const { openStrategies } = await import(${JSON.stringify(registry)});
      const options = { signal: new AbortController().signal, sleep: (ms, { signal }) => delay(ms, undefined, { signal }) };
      const [host] = await openStrategies([{ use: ${JSON.stringify(use)} }], options);
      console.log((await host.read([])).status);`;
    const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", script], { timeout: 60_000 });
    expect([stdout, stderr]).toEqual(["read\n", ""]);
  });

  it("names the file that was changed since, not one that was only saved again", async () => {
    await using folder = new StrategyFolder();
    const file = folder.write({
      "mine.ts": `import "./helper.ts"; ${strategyText(RULES.good)}`,
      "helper.ts": "export const a = 1;",
    });
    const host = await folder.open(file);
    expect(host.editedSince()).toBeNull();
    writeFileSync(`${folder.path}/helper.ts`, "export const a = 1;");
    expect(host.editedSince()).toBeNull();
    writeFileSync(`${folder.path}/helper.ts`, "export const a = 2;");
    expect(host.editedSince()).toBe(`${folder.path}/helper.ts`);
  });

  it("is one of several by id: two of one id are refused by both names, and nothing stays open", async () => {
    await using folder = new StrategyFolder();
    const one = folder.write({ "one.ts": strategyText(RULES.good, "twin") });
    const two = folder.write({ "two.ts": strategyText(RULES.good, "twin") });
    const other = folder.write({ "ema.ts": strategyText(RULES.good, "ema-cross") });
    await expect(openStrategies([{ use: one }, { use: two }], hostOptions)).rejects.toThrow(
      `${two}, id: it is "twin", as that of ${one}. Expected an id of its own.`,
    );
    await expect(openStrategies([{ use: "ema-cross" }, { use: other }], hostOptions)).rejects.toThrow(
      `${other}, id: it is "ema-cross", as that of the strategy shipped with the product.`,
    );
    const hosts = await openStrategies([{ use: "breakout" }, { use: one, parameters: {} }], hostOptions);
    expect(hosts.map(({ info }) => info.id)).toEqual(["breakout", "twin"]);
    await Promise.all(hosts.map((host) => host.close()));
  });
});
