// Consent on real databases: the contract, and processes that are killed between a proposal, its approval and the venue.
import { describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { approveProposal } from "#desk/acts/answer-proposal.ts";
import { openProposals } from "#desk/acts/propose.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { openStore } from "#memory/stores/open.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { unixMs } from "#schemas/units.ts";
import { simulatedVenue } from "#test/apps/simulated-desk.ts";
import { consentContract, endsOf, exitsOf } from "#test/contract/consent.ts";
import { startChild } from "#test/memory/child.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const CHILD = new URL("./children/propose-and-wait.ts", import.meta.url);
const missing = await whyNoPostgres();
if (missing !== null) console.warn(`Left out: consent on PostgreSQL (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);

interface Place {
  readonly kind: "pglite" | "postgres";
  /** Its folder, or its URL. */
  readonly at: string;
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const PLACES: Readonly<Record<Place["kind"], () => Promise<Place>>> = {
  pglite: async () => {
    const home = await freshHome();
    return {
      kind: "pglite",
      at: home.dir,
      open: () => openStore({ kind: "pglite", home: home.dir, owner: "test" }, patience),
      remove: async () => home[Symbol.asyncDispose](),
    };
  },
  postgres: async () => {
    const { url, drop } = await createDatabase();
    return { kind: "postgres", at: url, open: () => openStore({ kind: "postgres", url }, patience), remove: drop };
  },
};

const kinds = ["pglite", ...(missing === null ? (["postgres"] as const) : [])] as const;

for (const kind of kinds) {
  consentContract(kind, async () => {
    const place = await PLACES[kind]();
    const store = await place.open();
    return {
      store,
      remove: async () => {
        await store.close();
        await place.remove();
      },
    };
  });
}

describe.each(kinds)("a process that is killed, on %s", (kind) => {
  /** The child's desk after its death, the venue asked what became of its orders. */
  async function afterDeath(place: Place, said: string) {
    const store = await place.open();
    const startMs = unixMs(Number(said.split(" ")[2]));
    const test = await openTestDesk({ venue: await simulatedVenue(), startMs, assets: 12, store, strategies: [eager] });
    await collectReports(test.desk, startMs, patience);
    return { ...test, close: () => store.close() };
  }
  const approve = (desk: Parameters<typeof approveProposal>[0], by: string) =>
    approveProposal(desk, { proposalId: "p1", by, reason: `approved by ${by}` }, patience);

  it("between proposal and approval leaves the proposal to be answered, once", async () => {
    const place = await PLACES[kind]();
    const child = startChild(CHILD, [place.kind, place.at], "pipe");
    const said = await child.line("proposed");
    child.process.kill("SIGKILL");
    await child.ended();
    const test = await afterDeath(place, said);
    expect(openProposals(test.desk).map(({ proposalId }) => proposalId)).toEqual(["p1"]);
    expect(exitsOf(await test.events())).toEqual([]);
    const [first, second] = await Promise.all([approve(test.desk, "ben"), approve(test.desk, "carl")]);
    expect([first?.end.outcome, first?.already, second?.already, second?.end.by]).toEqual([
      "approved",
      false,
      true,
      "ben",
    ]);
    expect(endsOf(await test.events())).toHaveLength(1);
    expect(exitsOf(await test.events())).toHaveLength(1);
    await test.close();
    await place.remove();
  });

  it("between approval and venue has said yes, and its order goes out once", async () => {
    const place = await PLACES[kind]();
    const child = startChild(CHILD, [place.kind, place.at], "pipe");
    const said = await child.line("proposed");
    child.process.stdin?.write("approve\n");
    await child.line("sending");
    child.process.kill("SIGKILL");
    await child.ended();
    const test = await afterDeath(place, said);
    expect(await approve(test.desk, "ben")).toMatchObject({ already: true, end: { outcome: "approved", by: "anna" } });
    const events = await test.events();
    expect(endsOf(events)).toHaveLength(1);
    const exits = exitsOf(events);
    expect(exits).toHaveLength(1);
    const atVenue = (await test.desk.execution.openOrders(patience)).filter(({ role }) => role === "exit");
    expect(atVenue.map(({ clientOrderId }) => clientOrderId)).toEqual(exits);
    await test.close();
    await place.remove();
  });
});
