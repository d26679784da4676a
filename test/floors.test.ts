import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

// The architecture as a table: floor -> the floors and packages it may import. `node:` modules are listed where a floor
// reaches for the world; node:crypto is arithmetic and free everywhere.
const FLOORS = {
  schemas: { floors: [], packages: ["zod", "big.js"], node: [] },
  memory: {
    floors: ["schemas"],
    packages: ["zod", "drizzle-orm", "postgres", "@electric-sql/pglite", "lru-cache", "ioredis"],
    node: ["fs", "path", "os", "child_process", "url", "process"],
  },
  toolkits: {
    floors: ["schemas"],
    packages: [
      "zod",
      "ccxt",
      "technicalindicators",
      "csv-parse",
      "pure-rand",
      "lru-cache",
      "fastest-levenshtein",
      "p-queue",
    ],
    node: ["fs", "path", "stream"],
  },
  agents: {
    floors: ["schemas", "memory", "toolkits"],
    packages: ["zod", "@mastra/core", "@ai-sdk/provider"],
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
    packages: ["zod", "p-queue", "commander", "hono", "@hono/node-server", "@mastra/core"],
    node: ["fs", "path", "os", "net", "timers", "util", "readline", "url"],
  },
} as const satisfies Record<
  string,
  { floors: readonly string[]; packages: readonly string[]; node: readonly string[] }
>;

const FREE_NODE_MODULES = ["crypto", "async_hooks", "assert"];
const ROOT = join(import.meta.dirname, "..");
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)\s*import\s+"([^"]+)"/g;

/** A file without its comments. */
const codeOf = (file: string): string =>
  readFileSync(join(ROOT, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

interface Import {
  readonly file: string;
  readonly floor: keyof typeof FLOORS;
  readonly specifier: string;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function importsOf(floor: keyof typeof FLOORS): readonly Import[] {
  return filesOf(floor).flatMap((file) =>
    [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].map((match) => ({
      file,
      floor,
      specifier: match[1] ?? match[2] ?? match[3] ?? "",
    })),
  );
}

/** What is wrong with an import, or null. */
function fault({ file, floor, specifier }: Import): string | null {
  const allowed = FLOORS[floor];
  const refuse = (why: string) => `${file} imports ${specifier}: ${why}`;
  if (specifier.startsWith("#")) {
    const target = specifier.slice(1).split("/")[0] ?? "";
    if (!specifier.endsWith(".ts")) return refuse("cross-floor imports name the file, with .ts");
    if (target === floor) return refuse("inside a floor imports are relative");
    return (allowed.floors as readonly string[]).includes(target)
      ? null
      : refuse(`${floor} does not stand on ${target}`);
  }
  if (specifier.startsWith(".")) {
    const target = relative(ROOT, join(ROOT, file, "..", specifier));
    return target.startsWith(`${floor}/`) ? null : refuse("a relative import leaves its floor");
  }
  if (specifier.startsWith("node:")) {
    const module = specifier.slice(5).split("/")[0] ?? "";
    return FREE_NODE_MODULES.includes(module) || (allowed.node as readonly string[]).includes(module)
      ? null
      : refuse(`${floor} does not use node:${module}`);
  }
  const name = specifier.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : (specifier.split("/")[0] ?? "");
  return (allowed.packages as readonly string[]).includes(name) ? null : refuse(`${floor} does not use ${name}`);
}

const floors = Object.keys(FLOORS) as (keyof typeof FLOORS)[];

describe("floors", () => {
  it.each(floors)("%s imports only what stands beneath it", (floor) => {
    const imports = importsOf(floor);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.map(fault).filter((f) => f !== null)).toEqual([]);
  });

  it("would notice a floor that reaches up, sideways or out", () => {
    const seeded: readonly Import[] = [
      { file: "schemas/a.ts", floor: "schemas", specifier: "#memory/khala.ts" },
      { file: "toolkits/a.ts", floor: "toolkits", specifier: "#memory/khala.ts" },
      { file: "memory/a.ts", floor: "memory", specifier: "../toolkits/b.ts" },
      { file: "agents/a.ts", floor: "agents", specifier: "ccxt" },
      { file: "toolkits/a.ts", floor: "toolkits", specifier: "node:child_process" },
    ];
    expect(seeded.map(fault).filter((f) => f === null)).toEqual([]);
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
    const readers = floors.flatMap((floor) => filesOf(floor)).filter((file) => codeOf(file).includes("process.env"));
    expect(readers.filter((file) => !allowed.has(file))).toEqual([]);
  });
});
