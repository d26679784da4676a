// A desk on the simulated venue that holds something, with its stop and target resting; and the same desk after a restart.
import { simulatedDesk, simulatedVenue } from "#test/apps/simulated-desk.ts";
import { openTestDesk, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";

export async function holdingDesk(over: Parameters<typeof simulatedDesk>[0] = {}) {
  const opened = await simulatedDesk({ strategies: [eager], ...over });
  let slot = 0;
  const held = () => [...opened.desk.account.portfolio().positions.values()].find(({ dust }) => !dust);
  while (held() === undefined && slot < 20) await opened.runSlot(slot++);
  const position = held();
  if (position === undefined) throw new Error("nothing was bought");
  const restsFor = () =>
    [...opened.desk.account.portfolio().orders.values()].filter(
      ({ symbol, side }) => symbol === position.symbol && side === "sell",
    );
  return { ...opened, position, restsFor, next: () => opened.runSlot(slot++) };
}

/** A new desk on the same store, at the same moment. */
export const reopened = async (
  { store, desk }: Pick<TestDesk, "store" | "desk">,
  over: Partial<TestDeskParts> = {},
): Promise<TestDesk> =>
  openTestDesk({
    venue: await simulatedVenue(),
    startMs: desk.clock.now(),
    assets: desk.config.assets,
    store,
    runId: desk.runId,
    strategies: [eager],
    ...over,
  });
