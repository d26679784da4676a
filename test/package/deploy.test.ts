// deploy/: what its files name is there, every service is shut off as the page says, and no secret stands in them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SETTINGS } from "#apps/settings.ts";
import { ROOT } from "#test/support/sources.ts";

const textOf = (file: string): string => readFileSync(join(ROOT, "deploy", file), "utf8");
const COMPOSE = textOf("compose.yaml");
/** Name → text of each service. */
const SERVICES = new Map(
  (COMPOSE.split(/^services:$/m)[1]?.split(/^volumes:$/m)[0] ?? "")
    .split(/^ {2}(?=\w+:$)/m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf(":")), text] as const),
);
const DOCKERFILE = textOf("Dockerfile");

describe("deploy", () => {
  it("has the desk, its workers and what they stand on, each without rights, read-only and with a health check", () => {
    expect([...SERVICES.keys()]).toEqual(["desk", "worker", "postgres", "redis", "prometheus", "grafana"]);
    for (const line of ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "restart: unless-stopped"]) {
      expect(COMPOSE.split("services:")[0]).toContain(line);
    }
    for (const [name, text] of SERVICES) {
      expect([name, text]).toEqual([name, expect.stringContaining("<<: *hardened")]);
      expect([name, name === "desk" ? DOCKERFILE : text]).toEqual([name, expect.stringMatching(/healthcheck/i)]);
    }
    expect(DOCKERFILE).toMatch(/^USER node$/m);
  });

  it("lets in from this machine alone", () => {
    const published = [...COMPOSE.matchAll(/^ +ports: \[(.*)\]$/gm)].map(([, ports]) => ports);
    expect(published).toEqual(['"127.0.0.1:7373:7373"', '"127.0.0.1:3000:3000"']);
    expect(COMPOSE.match(/ports:/g)).toHaveLength(published.length);
  });

  it("takes every password from the environment file, which has no value itself", () => {
    const wanted = new Set([...COMPOSE.matchAll(/\$\{(\w+)(:\?[^}]*)?\}/g)].map(([, name]) => name));
    const offered = [...textOf("env.example").matchAll(/^(\w+)=(.*)$/gm)];
    expect(offered.map(([, name]) => name).sort()).toEqual([...wanted].sort());
    expect(offered.map(([, , value]) => value)).toEqual(offered.map(() => ""));
    // And is asked for, not left empty.
    expect(COMPOSE.match(/\$\{\w+\}/g)).toBeNull();
  });

  it("gives the desk settings that it knows", () => {
    const known = new Set(SETTINGS.map(({ env }) => env));
    const named =
      `${SERVICES.get("desk")}\n${DOCKERFILE}\n${textOf("deeptrader.service")}`.match(/\bDEEPTRADER_\w+/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it("has three workers, on request, who hold no home; a full Redis lets go of no job", () => {
    const worker = SERVICES.get("worker") ?? "";
    expect(worker).toMatch(/profiles: \[workers\][\s\S]*replicas: 3/);
    expect(worker).not.toMatch(/desk-home|env_file|DATABASE_URL/);
    expect(SERVICES.get("redis")).toContain("--maxmemory-policy volatile-lru");
  });

  it("mounts and copies files that are there", () => {
    // A folder of the operator's own, made by whoever has something to put there.
    const mounted = [...COMPOSE.matchAll(/- \.\/([\w./-]+):\//g)]
      .map(([, path = ""]) => path)
      .filter((path) => path !== "desk");
    expect(mounted.length).toBeGreaterThan(3);
    expect(mounted.filter((path) => !existsSync(join(ROOT, "deploy", path)))).toEqual([]);
    const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, paths = ""]) =>
      paths.split(" "),
    );
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
