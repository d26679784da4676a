import { describe, expect, it } from "vitest";
import { circlesOf, codeOf, filesOf, graphOf, type Import, importsOf, PRODUCT, targetOf } from "./support/sources.ts";

// The architecture as a table: floor → the floors and packages it may import. `node:` modules are listed where a floor
// reaches for the world; node:crypto is arithmetic and free everywhere.
const FLOORS = {
  schemas: { floors: [], packages: ["zod", "big.js"], node: [] },
  memory: {
    floors: ["schemas"],
    packages: ["zod", "drizzle-orm", "postgres", "@electric-sql/pglite", "lru-cache", "ioredis", "bullmq", "p-queue"],
    // module: the file that a child process runs. stream and zlib: the store as a file. net: a silent connection of the driver is cut.
    node: ["fs", "path", "os", "child_process", "url", "process", "module", "stream", "zlib", "net"],
  },
  toolkits: {
    floors: ["schemas"],
    packages: [
      "zod",
      "ccxt",
      "trading-signals",
      "csv-parse",
      "apache-arrow",
      "lz4js",
      "hyparquet",
      "hyparquet-writer",
      "pure-rand",
      "lru-cache",
      "fastest-levenshtein",
      "p-queue",
      "sax",
    ],
    // module: the indicator package is loaded when the first of its indicators is computed.
    // module, url, worker_threads: a user's files are imported, in threads of their own.
    // zlib: candle files of other programs.
    node: ["fs", "path", "stream", "zlib", "module", "url", "worker_threads"],
  },
  agents: {
    floors: ["schemas", "memory", "toolkits"],
    packages: ["zod", "@mastra/core", "@mastra/observability", "@ai-sdk/provider"],
    node: ["fs"],
  },
  desk: {
    floors: ["schemas", "memory", "toolkits", "agents"],
    packages: ["zod", "p-queue"],
    // setImmediate, to let a question in between two markets.
    node: ["timers"],
  },
  scheduler: {
    floors: ["schemas", "memory", "toolkits", "agents", "desk"],
    packages: ["zod", "node-cron"],
    node: ["timers"],
  },
  apps: {
    floors: ["schemas", "memory", "toolkits", "agents", "desk", "scheduler"],
    // @mastra/core: apps/mastra/index.ts hands the agents to Mastra.
    packages: [
      "zod",
      "p-queue",
      "commander",
      "hono",
      "@hono/node-server",
      "lru-cache",
      "prom-client",
      "pino",
      "@mastra/core",
      "@modelcontextprotocol/server",
      "grammy",
    ],
    // http, https: the server of the page and the API; perf_hooks: how late timers come.
    node: [
      "fs",
      "path",
      "os",
      "net",
      "http",
      "https",
      "perf_hooks",
      "timers",
      "util",
      "readline",
      "url",
      // Whether this package is found from a user's folder.
      "module",
      "worker_threads",
      // Types of stdin and stdout.
      "stream",
    ],
  },
  // Beside the floors: measurements, on the product's own assembly. Nothing stands on them but tests.
  bench: {
    floors: ["schemas", "memory", "toolkits", "agents", "desk", "scheduler", "apps"],
    packages: [
      "zod",
      "p-queue",
      "csv-parse",
      "technicalindicators",
      "trading-signals",
      "lru-cache",
      "postgres",
      "ioredis",
      "bullmq",
      "@electric-sql/pglite",
      "drizzle-orm",
      "playwright-core",
    ],
    node: ["child_process", "fs", "http", "net", "os", "path", "url", "util"],
  },
  // Beside the floors: what makes the package of them, without importing any.
  build: { floors: [], packages: ["publint"], node: ["child_process", "fs", "module", "os", "path"] },
} as const satisfies Record<
  string,
  { floors: readonly string[]; packages: readonly string[]; node: readonly string[] }
>;

// Inside a floor: room → what of its own floor it may import, besides itself. A room without a row may import any; a name
// that ends in .ts is a file of the floor's own.
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "toolkits/ports": [],
  // How anything is asked of anyone: exchanges, rankings, sources, feeds.
  "toolkits/requests": [],
  // The order's states: portfolio keeps working orders as execution moves them.
  "toolkits/portfolio": ["toolkits/execution/order-state.ts"],
  // What a strategy wishes for its entries.
  "toolkits/risk": [
    "toolkits/market",
    "toolkits/portfolio",
    "toolkits/strategies/define-strategy.ts",
    "toolkits/strategies/strategy.ts",
  ],
  "toolkits/execution": ["toolkits/market", "toolkits/portfolio", "toolkits/ports", "toolkits/risk"],
  "toolkits/strategies": ["toolkits/indicators", "toolkits/market", "toolkits/user-files"],
  "toolkits/user-files": ["toolkits/market/nearest-names.ts"],
  "toolkits/fact-check": [],
  // Figures of plain numbers.
  "toolkits/performance": [],
  // Which coin is a chain's own.
  "toolkits/security": ["toolkits/identity", "toolkits/market"],
  // How words of strangers are quoted.
  "toolkits/identity": ["toolkits/security/goplus-fields.ts"],
  "toolkits/token-sources": ["toolkits/identity/chains.ts", "toolkits/requests", "toolkits/security"],
  "toolkits/universe": ["toolkits/identity", "toolkits/market", "toolkits/requests"],
  "toolkits/news": ["toolkits/requests"],
  "agents/models": ["agents/desk-run.ts", "agents/mastra-env.ts"],
  // Its briefs are a model's, of facts.
  "agents/market-analyst": ["agents/deep-trader-manager/talk/fact-table.ts", "agents/models", "agents/typed-call.ts"],
  "agents/debate": [
    "agents/deep-trader-manager/talk/fact-table.ts",
    "agents/models",
    "agents/mastra-env.ts",
    "agents/typed-call.ts",
  ],
  "agents/relationship-analyst": [],
  "agents/deep-trader-manager/language": [],
  "agents/deep-trader-manager/answers": [
    "agents/deep-trader-manager/language",
    "agents/deep-trader-manager/desk-view.ts",
    "agents/deep-trader-manager/talk",
    "agents/market-analyst",
  ],
  // The manager reads through sources that it does not know.
  "agents/deep-trader-manager/agent.ts": [
    "agents/deep-trader-manager/talk",
    "agents/models",
    "agents/desk-run.ts",
    "agents/mastra-env.ts",
  ],
  "desk/documents": ["desk/account", "desk/judgement/scores.ts", "desk/desk.ts", "desk/slots.ts"],
  /** Documents that bring several parts of the desk together. */
  "desk/overviews": [
    "desk/answering/question-log.ts",
    "desk/documents",
    "desk/judgement",
    "desk/news",
    "desk/planning/worth-noted.ts",
    "desk/run-slot/daily-universe.ts",
    "desk/corrections.ts",
    "desk/desk.ts",
    "desk/slots.ts",
  ],
  "desk/account": [],
  "desk/acts": [
    "desk/account",
    "desk/documents",
    "desk/operator-rules",
    "desk/run-slot",
    "desk/watch/add-watch.ts",
    "desk/between-slots.ts",
    "desk/desk.ts",
    "desk/slots.ts",
  ],
  "desk/operator-rules": ["desk/account", "desk/desk.ts", "desk/watch/price-watches.ts"],
  // Asks asleep; what is decided reads what is kept.
  "desk/security": ["desk/between-slots.ts", "desk/desk.ts", "desk/slots.ts"],
  // Tests again asleep.
  "desk/live": ["desk/account", "desk/run-slot", "desk/between-slots.ts", "desk/desk.ts"],
  "desk/revalidation": ["desk/between-slots.ts", "desk/desk.ts", "desk/slots.ts"],
  "desk/receipt": [
    "desk/account",
    "desk/documents",
    "desk/run-slot",
    "desk/shadow/quarantine.ts",
    // What was proposed, and how it ended.
    "desk/acts/proposal-book.ts",
    "desk/between-slots.ts",
    "desk/desk.ts",
    "desk/screened-venue.ts",
    "desk/slots.ts",
  ],
  "desk/shadow": ["desk/desk.ts", "desk/documents"],
  // Delisting notices of what is held.
  "desk/watch": ["desk/account", "desk/documents", "desk/news/delistings.ts", "desk/run-slot", "desk/desk.ts"],
  "desk/planning": ["desk/between-slots.ts", "desk/documents", "desk/run-slot", "desk/desk.ts", "desk/slots.ts"],
  "desk/news": ["desk/between-slots.ts", "desk/desk.ts", "desk/slots.ts"],
  "desk/run-slot": [
    "desk/account",
    // A proposal whose time is over ends with the slot.
    "desk/acts/answer-proposal.ts",
    // Entries may wait for the operator.
    "desk/acts/proposal-book.ts",
    "desk/acts/waiting-entries.ts",
    "desk/documents",
    "desk/planning",
    "desk/watch",
    "desk/desk.ts",
    "desk/slots.ts",
  ],
  "apps/charts": [],
  "apps/metrics": ["apps/door.ts", "apps/http/guards.ts", "apps/version.ts"],
  "apps/log": ["apps/config/secrets.ts", "apps/door.ts", "apps/feed.ts", "apps/metrics", "apps/settings.ts"],
  "apps/traces": ["apps/door.ts", "apps/metrics", "apps/notify/outgoing.ts", "apps/version.ts"],
  // A face: it calls the desk by the names of its commands, and has no use case of its own.
  "apps/mcp": [
    "apps/command.ts",
    "apps/command-words.ts",
    "apps/desk-commands.ts",
    "apps/door.ts",
    "apps/error-document.ts",
    "apps/http",
    "apps/io.ts",
    "apps/reach-desk.ts",
    "apps/settings.ts",
    "apps/version.ts",
  ],
  "apps/text": ["apps/charts", "apps/io.ts"],
};

// Rooms that few may enter: room → the files and rooms of its floor that may import it.
const ENTERED_BY: Readonly<Record<string, readonly string[]>> = {
  // What the pages read is what the commands print.
  "apps/commands": [
    "apps/run-command.ts",
    "apps/own-commands.ts",
    "apps/desk-commands.ts",
    "apps/page/documents.ts",
    // Many backtests, each as the command makes one.
    "apps/research",
  ],
  // Facts that are made without a question.
  "desk/answering": ["desk/overviews", "desk/judgement"],
  "agents/studio.ts": [],
};

const FREE_NODE_MODULES = ["crypto", "async_hooks", "assert"];

type Floor = keyof typeof FLOORS;
const floors = Object.keys(FLOORS) as Floor[];
const floorOf = (file: string): string => file.split("/")[0] ?? "";
const isIn = (file: string, room: string): boolean => file === room || file.startsWith(`${room}/`);

/** What is wrong with an import, or null. */
function fault({ file, specifier, target }: Import): string | null {
  const floor = floorOf(file) as Floor;
  const allowed = FLOORS[floor];
  const refuse = (why: string) => `${file} imports ${specifier}: ${why}`;
  if (specifier.startsWith("#")) {
    const named = floorOf(target ?? "");
    if (!specifier.endsWith(".ts")) return refuse("cross-floor imports name the file, with .ts");
    if (named === floor) return refuse("inside a floor imports are relative");
    return (allowed.floors as readonly string[]).includes(named) ? null : refuse(`${floor} does not stand on ${named}`);
  }
  if (target !== null)
    return isIn(target, floor) ? roomFault(file, target) : refuse("a relative import leaves its floor");
  if (specifier.startsWith("node:")) {
    const module = specifier.slice(5).split("/")[0] ?? "";
    return FREE_NODE_MODULES.includes(module) || (allowed.node as readonly string[]).includes(module)
      ? null
      : refuse(`${floor} does not use node:${module}`);
  }
  const name = specifier.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : floorOf(specifier);
  return (allowed.packages as readonly string[]).includes(name) ? null : refuse(`${floor} does not use ${name}`);
}

/** What is wrong with an import inside a floor, or null. */
function roomFault(file: string, target: string): string | null {
  for (const [room, allowed] of Object.entries(ROOMS)) {
    if (!isIn(file, room) || isIn(target, room) || allowed.some((other) => isIn(target, other))) continue;
    return `${file} imports ${target}: ${room} may import ${allowed.join(", ") || "nothing"} of its floor`;
  }
  for (const [room, users] of Object.entries(ENTERED_BY)) {
    if (!isIn(target, room) || isIn(file, room) || users.some((user) => isIn(file, user))) continue;
    return `${file} imports ${target}: ${room} is for ${users.join(", ") || "the floors above"}`;
  }
  return null;
}

const importOf = (file: string, specifier: string): Import => ({ file, specifier, target: targetOf(file, specifier) });

describe("floors", () => {
  it.each(floors)("%s imports only what stands beneath it, and inside only what its table says", (floor) => {
    const imports = filesOf(floor).flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.map(fault).filter((f) => f !== null)).toEqual([]);
  });

  it("would notice a floor that reaches up, sideways or out, and a room that does", () => {
    const seeded: readonly Import[] = [
      importOf("schemas/a.ts", "#memory/khala.ts"),
      importOf("toolkits/a.ts", "#memory/khala.ts"),
      importOf("memory/a.ts", "../toolkits/b.ts"),
      importOf("agents/a.ts", "ccxt"),
      importOf("toolkits/a.ts", "node:child_process"),
      importOf("apps/a.ts", "#test/support/desk.ts"),
      importOf("apps/a.ts", "#bench/rows.ts"),
      importOf("bench/a.ts", "#test/support/desk.ts"),
      importOf("desk/account/a.ts", "../run-slot/run-slot.ts"),
      importOf("desk/run-slot/a.ts", "../answering/ask-desk.ts"),
      importOf("apps/text/a.ts", "../commands/start.ts"),
      importOf("apps/a.ts", "./commands/start.ts"),
    ];
    expect(seeded.filter((each) => fault(each) === null)).toEqual([]);
  });

  it("names rooms that are there", () => {
    const files = floors.flatMap(filesOf);
    const named = [...Object.keys(ROOMS), ...Object.values(ROOMS).flat(), ...Object.keys(ENTERED_BY)];
    expect(named.filter((room) => !files.some((file) => isIn(file, room)))).toEqual([]);
  });

  it("have no import circle, type imports counted", () => {
    expect(circlesOf(graphOf(floors.flatMap(filesOf)))).toEqual([]);
    // And it would be seen.
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["a"]],
      ["d", ["d", "e"]],
      ["e", []],
    ]);
    expect(circlesOf(graph)).toEqual([["d"], ["a", "b", "c"]]);
  });

  // Time and chance come in as arguments below the drivers: a hidden clock would break replay, a hidden die determinism.
  it.each(["schemas", "memory", "toolkits", "agents", "desk"] as const)(
    "%s reads no clock and rolls no dice",
    (floor) => {
      const hidden = filesOf(floor).flatMap((file) => {
        return (
          codeOf(file).match(/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(/g) ?? []
        ).map((found) => `${file}: ${found}`);
      });
      expect(hidden).toEqual([]);
    },
  );

  it("reads the environment in the composition root only", () => {
    const allowed = new Set(["apps/wire.ts", "apps/lifetime.ts", "agents/mastra-env.ts"]);
    const readers = PRODUCT.flatMap(filesOf).filter((file) => codeOf(file).includes("process.env"));
    expect(readers.filter((file) => !allowed.has(file))).toEqual([]);
  });
});
