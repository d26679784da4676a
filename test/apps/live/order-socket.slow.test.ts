// A venue as a desk in its sandbox opens it: its order socket is logged in to at the same place as its orders.
import { expect, it } from "vitest";
import { socketFinding } from "#apps/commands/doctor-socket.ts";
import { openVenue } from "#apps/venues.ts";
import { openOrderSocket } from "#test/exchanges/trading/order-socket.ts";
import { binanceOrderSocket } from "#test/exchanges/trading/order-socket-protocols.ts";
import { patience, testConfig } from "#test/support/desk.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { openLiveVenue, VENUE } from "./live-venue.ts";

it("lets the key of the desk in, and warns once it is gone", async () => {
  const { account: trading, exchange, env } = await openLiveVenue();
  const account = exchange.world.account ?? { key: "", secret: "", password: "" };
  const { server, url } = exchange;
  const socket = openOrderSocket({ server, protocol: binanceOrderSocket, account, trading, now: Date.now });
  await using home = await freshHome();
  const live = { mode: "live", venue: VENUE, sandbox: true, liveAccount: "7001", exchangeUrl: url } as const;
  const config = { ...testConfig({}), ...live, home: home.dir };
  const { orders, close } = await openVenue(config, { ...patience, env });
  try {
    if (orders === undefined) throw new Error("no orders");
    expect(await socketFinding(orders, patience)).toMatch(/^it lets the key in/);
    expect(socket.targets).toEqual(["/ws-api/v3"]);
    socket.close();
    expect(await socketFinding(orders, patience)).toMatchObject({
      state: "warn",
      detail: expect.stringContaining("every 10 s"),
    });
  } finally {
    await close?.();
    await exchange.close();
  }
});
