// `node propose-and-wait.ts pglite|postgres PLACE`: a desk that holds something proposes to close it, says `proposed p1 NOW RUN` and
// waits; at a line of input it approves, and says `sending` where the venue would be told, which it never is.
import { createInterface } from "node:readline";
import { approveProposal } from "#desk/acts/answer-proposal.ts";
import { proposeAct } from "#desk/acts/propose.ts";
import { openStore } from "#memory/stores/open.ts";
import { patience } from "#test/support/desk.ts";
import { holdingDesk } from "../holding-desk.ts";

const [, , kind, place = ""] = process.argv;
const say = (text: string) => process.stdout.write(`${text}\n`);
const owner = "child";
const spec =
  kind === "pglite" ? ({ kind, home: place, owner } as const) : ({ kind: "postgres", url: place, owner } as const);
const store = await openStore(spec, patience);
let isApproving = false;
const { desk, position } = await holdingDesk({
  store,
  wrapExecution: (venue) => {
    const submit = venue.submit.bind(venue);
    return Object.assign(venue, {
      submit: (...asked: Parameters<typeof submit>) => {
        if (!isApproving) return submit(...asked);
        say("sending");
        return new Promise<never>(() => {});
      },
    });
  },
});
const act = { kind: "close", symbol: position.symbol, strategyId: null } as const;
const outcome = await proposeAct(desk, { act, madeBy: "the chat", conversation: null }, patience);
if (outcome.status === "refused") throw new Error(outcome.reason);
say(`proposed ${outcome.proposal.proposalId} ${desk.clock.now()}`);
for await (const _line of createInterface({ input: process.stdin })) {
  isApproving = true;
  await approveProposal(desk, { proposalId: outcome.proposal.proposalId, by: "anna", reason: "approved" }, patience);
}
