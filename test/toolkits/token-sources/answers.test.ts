import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { isEvmChain } from "#schemas/chain.ts";
import { ProviderError, VenuePausedError } from "#schemas/errors.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { DAY_MS, HOUR_MS } from "#schemas/units.ts";
import { combinedReport } from "#toolkits/security/combine.ts";
import { isSettled, REQUIRED_CHECKS } from "#toolkits/security/rubric.ts";
import { createTokenServers, type TokenServers } from "../../coins/token-servers.ts";
import { openSource } from "../../contract/token-source.ts";
import { createRequestClock } from "../../support/request-clock.ts";
import { GOPLUS_TABLES } from "./goplus-rows.ts";
import { OTHER_TABLES } from "./other-rows.ts";
import type { Row, Table } from "./rows.ts";
import { RPC_TABLES } from "./rpc-rows.ts";

const TABLES: readonly Table[] = [...GOPLUS_TABLES, ...OTHER_TABLES, ...RPC_TABLES];

let servers: TokenServers;
const clock = createRequestClock();
beforeAll(async () => {
  servers = await createTokenServers(clock.now());
});
afterAll(() => servers.close());

/** What a fresh source makes of the row. */
async function outcomeOf({ source, contract }: Table, row: Row): Promise<SecurityReport | Error> {
  servers.recover();
  for (const records of Object.values(servers.records)) records.clear();
  servers.chain.contracts.clear();
  servers.chain.chainId = "1";
  servers.chain.headMs = clock.now();
  servers.addSound(contract);
  row.given(servers);
  const nowMs = clock.now();
  return openSource(servers, clock, source)
    .report(contract, { nowMs }, NEVER_ABORTED)
    .catch((error: Error) => error);
}

const shown = ({ state, severity }: SecurityCheck): string => (state === "fail" ? severity : state);

function expectReport(report: SecurityReport, row: Row): void {
  expect(report.verdict).toBe(row.gives);
  const states = Object.fromEntries(report.checks.map((check) => [check.id, shown(check)]));
  expect(states).toMatchObject(row.checks ?? {});
  if (row.says !== undefined) {
    expect([report.reason, ...report.checks.map(({ evidence }) => evidence)].join("\n")).toContain(row.says);
  }
  if (row.holds !== undefined) {
    expect(report.validUntilMs - report.observedAtMs).toBe(row.holds === "day" ? DAY_MS : HOUR_MS);
  }
  if (row.implementation === "left out") expect(report).not.toHaveProperty("implementation");
  else if (row.implementation !== undefined) expect(report.implementation).toBe(row.implementation);
}

describe.each(TABLES.map((table) => [`${table.source} of ${table.contract.chain}`, table] as const))(
  "%s",
  (_, table) => {
    test.each(table.rows.map((row) => [row.what, row] as const))("answers with %s", async (_what, row) => {
      const outcome = await outcomeOf(table, row);
      if (!(outcome instanceof Error)) return expectReport(outcome, row);
      expect(row.gives).toBe(outcome instanceof VenuePausedError ? "rests" : "throws");
      if (row.gives === "throws") expect(outcome).toBeInstanceOf(ProviderError);
      if (row.says !== undefined) expect(outcome.message).toContain(row.says);
    });
  },
);

test("no answer without all required facts is clear, by itself or combined", async () => {
  let [rows, incomplete] = [0, 0];
  for (const table of TABLES) {
    for (const row of table.rows) {
      rows += 1;
      const report = await outcomeOf(table, row);
      if (report instanceof Error) continue;
      const required = isEvmChain(table.contract.chain) ? REQUIRED_CHECKS.evm : REQUIRED_CHECKS.solana;
      const known = new Set(report.checks.filter(isSettled).map(({ id }) => id));
      if (required.every((id) => known.has(id))) continue;
      incomplete += 1;
      const parts = { identity: null, contract: table.contract, reports: [report], trusted: [], pinned: null };
      const combined = combinedReport({ ...parts, nowMs: clock.now() });
      for (const { verdict } of [report, combined]) expect(["unknown", "block"], row.what).toContain(verdict);
    }
  }
  console.info(`${rows} rows, of ${incomplete} without all required facts none is clear.`);
  expect(rows).toBeGreaterThanOrEqual(100);
  expect(incomplete).toBeGreaterThanOrEqual(80);
});
