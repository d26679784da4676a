// Whatever is proposed, answered, let expire, and wherever the process dies: each proposal ends at most once, and what was done is
// what was approved, row for row.
import fc from "fast-check";
import { expect, it } from "vitest";
import { approveProposal, endExpired, refuseProposal } from "#desk/acts/answer-proposal.ts";
import { proposeAct } from "#desk/acts/propose.ts";
import { ACTS, type Act, type ActKind, type ProposedAct } from "#schemas/act.ts";
import { StoreError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Price } from "#schemas/money.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { patience, type TestDesk } from "#test/support/desk.ts";
import { holdingDesk, reopened } from "./holding-desk.ts";

const MINUTE_MS = 60_000;

type Step =
  | { readonly do: "propose"; readonly kind: ActKind }
  | { readonly do: "approve" | "refuse"; readonly nth: number; readonly twice: boolean }
  | { readonly do: "wait"; readonly minutes: number }
  | { readonly do: "die"; readonly at: "rest" | "before" | "after" };

/** What is said and taken back again by turns comes more often, so that a run has both. */
const TURNS: readonly ActKind[] = [
  "pause",
  "resume",
  "block",
  "unblock",
  "add-rule",
  "remove-rule",
  "watch",
  "unwatch",
  "security-override",
  "security-lift",
];
const PROPOSED: readonly ActKind[] = [...(Object.keys(ACTS) as ActKind[]), ...TURNS, ...TURNS];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("propose" as const),
      kind: fc.constantFrom(...PROPOSED),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom("approve" as const, "approve" as const, "refuse" as const),
      nth: fc.nat({ max: 2 }),
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("die" as const),
      at: fc.constantFrom("rest" as const, "before" as const, "after" as const),
    }),
  },
);

function actOf(kind: ActKind, { account, alerts }: TestDesk["desk"], position: Position, tightened: number): Act {
  const { symbol, averagePrice } = position;
  const strategyId = null;
  const [order = ""] = [...account.portfolio().orders.values()]
    .filter((o) => o.role === "take-profit")
    .map((o) => o.clientOrderId);
  const { control, blocked, overrides } = account.portfolio();
  const word = control === "paused" ? "resume" : "pause";
  const bar = blocked.size > 0 ? "unblock" : "block";
  const [rule] = account.portfolio().rules.keys();
  const note = { kind: "add-rule", rule: { type: "note", text: "be careful" }, words: "be careful" } as const;
  const ruling: Act = rule === undefined ? note : { kind: "remove-rule", ruleId: rule };
  const target = position.base;
  const barring = { target, fact: null, implementation: null, verdict: "unknown", why: "in doubt" } as const;
  const wording: Act =
    overrides.size === 0 ? { kind: "security-override", ...barring } : { kind: "security-lift", target, fact: null };
  const [watch] = alerts.watches.standing();
  const under = { kind: "price-below", symbol, level: "0.000001" as Price } as const;
  const watching: Act =
    watch === undefined ? { kind: "watch", watch: under } : { kind: "unwatch", watchId: watch.watchId };
  const acts: { readonly [Kind in ActKind]: Extract<Act, { kind: Kind }> } = {
    pause: { kind: word, strategyId } as never,
    resume: { kind: word, strategyId } as never,
    flatten: { kind: "flatten", strategyId },
    close: { kind: "close", symbol, strategyId },
    reduce: { kind: "reduce", symbol, strategyId, amount: { pct: 20 } },
    cancel: { kind: "cancel", order },
    block: { kind: bar, what: position.base } as never,
    unblock: { kind: bar, what: position.base } as never,
    tighten: { kind: "tighten", limit: "maxOpenPositions", value: 9 - tightened },
    "tighten-stop": {
      kind: "tighten-stop",
      symbol,
      strategyId,
      price: String(Number(averagePrice) * (0.91 + tightened / 100)) as Price,
    },
    "add-rule": ruling as never,
    "remove-rule": ruling as never,
    watch: watching as never,
    unwatch: watching as never,
    "security-override": wording as never,
    "security-lift": wording as never,
  };
  return acts[kind];
}

/** Dies at its next append, before or after it is durable. */
const dying =
  (when: "before" | "after") =>
  (inner: Journal): Journal => ({
    ...inner,
    append: async (events, options) => {
      if (when === "after") await inner.append(events, options);
      throw new StoreError({ was: "It died here.", remedy: "Start it again." });
    },
  });

/** By the first row that it makes; a row that begins no act is not named. */
function kindOfRow(event: JournalEvent | undefined): string | null {
  switch (event?.type) {
    case "control":
    case "block":
    case "limit":
    case "cancel":
    case "operator-rule":
    case "price-watch":
    case "security-override":
      return event.type;
    case "decision":
      return / by /.test(event.decision.reason) ? "sale" : null;
    case "order-list":
      return event.orders[0]?.statusReason.startsWith("moved by") ? "stop" : null;
    default:
      return null;
  }
}

const ROW_OF: { readonly [Kind in ProposedAct["kind"]]: string } = {
  // Never proposed here: the desk alone does, and its setting is off.
  enter: "entry",
  pause: "control",
  resume: "control",
  flatten: "control",
  close: "sale",
  reduce: "sale",
  cancel: "cancel",
  block: "block",
  unblock: "block",
  tighten: "limit",
  "tighten-stop": "stop",
  "add-rule": "operator-rule",
  "remove-rule": "operator-rule",
  watch: "price-watch",
  unwatch: "price-watch",
  "security-override": "security-override",
  "security-lift": "security-override",
};

async function live(
  steps: readonly Step[],
): Promise<{ readonly events: readonly JournalEvent[]; readonly test: TestDesk }> {
  const first = await holdingDesk();
  let test: TestDesk = first;
  const ignoringDeath = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
    });
  };
  let proposedSoFar = 0;
  for (const now of steps) {
    const { desk } = test;
    if (now.do === "propose") {
      const act = actOf(now.kind, desk, first.position, proposedSoFar);
      const asked = { act, madeBy: "the chat", conversation: null };
      await ignoringDeath(proposeAct(desk, asked, patience));
      proposedSoFar = desk.proposals.waiting().length + desk.proposals.ended(99).length;
    } else if (now.do === "wait") {
      test.clock.advanceTo(unixMs(desk.clock.now() + now.minutes * MINUTE_MS));
      await ignoringDeath(endExpired(desk, patience));
    } else if (now.do === "die") {
      test = await reopened(test, now.at === "rest" ? {} : { wrapJournal: dying(now.at) });
    } else {
      // The newest are answered most; those answered before are asked again.
      if (proposedSoFar === 0) continue;
      const proposalId = `p${Math.max(1, proposedSoFar - now.nth)}`;
      const answer = now.do === "approve" ? approveProposal : refuseProposal;
      const given = ["anna", ...(now.twice ? ["ben"] : [])].map((by) =>
        ignoringDeath(answer(desk, { proposalId, by, reason: `approved by ${by}` }, patience)),
      );
      await Promise.all(given);
    }
  }
  test = await reopened(test);
  return { events: await test.events(), test };
}

it("ends each proposal at most once, and does what was approved and nothing else, whatever dies", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 40 }), async (steps) => {
      const { events, test } = await live(steps);
      const kinds = new Map(
        events.flatMap((e) => (e.type === "proposal" ? [[e.proposal.proposalId, e.proposal.act.kind] as const] : [])),
      );
      const ends = events.flatMap((e) => (e.type === "proposal-ended" ? [e.end] : []));
      expect(new Set(ends.map(({ proposalId }) => proposalId)).size).toBe(ends.length);
      expect(ends.every(({ proposalId }) => kinds.has(proposalId))).toBe(true);
      // Each approval is followed by the row of its act, and no such row stands anywhere else.
      let sellsAll = false;
      const begun = events.flatMap((event, row) => {
        const kind = kindOfRow(event);
        // The sales of a flatten follow its own row.
        if (event.type !== "decision" && event.type !== "order-list")
          sellsAll = event.type === "control" && event.action === "flatten";
        if (sellsAll && kind === "sale") return [];
        return kind === null || kindOfRow(events[row - 1]) === kind ? [] : [{ row, kind }];
      });
      const approved = events.flatMap((e, row) =>
        e.type === "proposal-ended" && e.end.outcome === "approved" ? [{ row, end: e.end }] : [],
      );
      // One that stands is not said again.
      const isSaid = ({ row, end }: (typeof approved)[number]): boolean =>
        kinds.get(end.proposalId) !== "flatten" || events[row + 1]?.type === "control";
      expect(begun).toEqual(
        approved
          .filter(isSaid)
          .map(({ row, end }) => ({ row: row + 1, kind: ROW_OF[kinds.get(end.proposalId) ?? "pause"] })),
      );
      for (const { outcome } of ends) seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      for (const { end } of approved)
        seen.set(kinds.get(end.proposalId) ?? "", 1 + (seen.get(kinds.get(end.proposalId) ?? "") ?? 0));
      const again = await reopened(test);
      expect(again.desk.account.portfolio()).toEqual(test.desk.account.portfolio());
    }),
    { numRuns: 120 },
  );
  const missing = ["approved", "refused", "expired", "void", ...Object.keys(ACTS)].filter((name) => !seen.has(name));
  expect(missing).toEqual([]);
});
