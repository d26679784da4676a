// A desk on the simulated venue that holds something, with its stop and target resting.
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
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
