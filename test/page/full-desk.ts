// A simulated desk that holds something and has thought: briefs, debates, plans by a scripted model, and a question that one answered.
import PQueue from "p-queue";
import { createDoor, type Door } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { PLANNED } from "#schemas/plan.ts";
import { think } from "#test/apps/thinking-desk.ts";
import { openBriefDesk } from "#test/desk/judgement/brief-desk.ts";
import { slot } from "#test/desk/planning/thinking-desk.ts";
import { openOf } from "#test/http/served-desk.ts";
import { patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { judging } from "../../bench/support/scripted-model.ts";

/** @param slots how many it has run */
export async function fullDesk(slots = 12) {
  const opened = await openBriefDesk({
    rule: judging,
    strategies: [eager, shippedStrategy(PLANNED)],
    shares: [50, 50],
    thinking: { debateDayTokens: 10_000_000, planDayTokens: 10_000_000 },
  });
  const { desk, store, clock } = opened;
  await opened.asked("Tell me what is going on with BTC in plain words", 20);
  for (let n = 0; n < slots; n++) {
    clock.advanceTo(slot(n));
    await runLiveSlot(desk, slot(n), patience);
    await judgeAhead(desk, slot(n), patience);
  }
  await think(desk, { atMs: clock.now() });
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const door: Door = createDoor(openOf(opened), new PQueue({ concurrency: 1 }), feed);
  return { ...opened, door, feed };
}
