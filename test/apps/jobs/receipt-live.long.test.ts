// The nightly receipt of a desk with money, made by a worker that has none of its keys: what the command makes beside the desk.
import { expect, it } from "vitest";
import { createReceiptHandler } from "#apps/jobs/receipt-handler.ts";
import { ReceiptResult, receiptJob } from "#apps/jobs/receipt-job.ts";
import { parseOptions } from "#apps/options.ts";
import { worldOf } from "#apps/research/bench-messages.ts";
import { openVenue } from "#apps/venues.ts";
import { ReceiptSummary } from "#desk/documents/receipt-report.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { unixMs } from "#schemas/units.ts";
import { openMortalDesk } from "#test/apps/live/mortal-desk.ts";
import { documentOf } from "#test/support/cli.ts";
import { isPostgresThere } from "#test/support/postgres-database.ts";

it.runIf(await isPostgresThere())("is the desk's own, to the byte, and no key is asked for", async () => {
  await using desk = await openMortalDesk("binance");
  const owner = desk.start();
  await desk.covered(owner);
  owner.signal("SIGTERM");
  expect((await owner.ended).code).toBe(0);

  const day = new Date(Math.min(...desk.account.orders.map(({ createdMs }) => createdMs))).toISOString().slice(0, 10);
  const env = { ...desk.env, DATABASE_URL: desk.databaseUrl };
  const command = await documentOf(["receipt", "--day", day, ...desk.typed], { home: desk.home, env });
  const own = ReceiptSummary.parse(command);
  expect(own.looked).toBeGreaterThan(3);
  expect(own.causes.unexplained).toBe(0);

  const flagged = (name = "") => name.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const pairs = Array.from({ length: desk.typed.length / 2 }, (_, i) => desk.typed.slice(2 * i, 2 * i + 2));
  const flags = Object.fromEntries(pairs.map(([name, value]) => [flagged(name), value]));
  const { config } = parseOptions({ ...flags, home: desk.home }, env);
  expect(config.mode).toBe("live");
  const keyless = Object.fromEntries(
    Object.entries(desk.env).filter(([name]) => !/_EXCHANGE_(KEY|SECRET|PASSWORD)$/.test(name)),
  );
  const venue = await openVenue(config, { ...NEVER_ABORTED, env: keyless, withOrders: false });
  const world = worldOf(venue);
  await venue.close?.();
  const signed = () => desk.exchange.requests.filter(({ kinds }) => kinds.some((kind) => SIGNED.has(kind))).length;
  const before = signed();
  const { input } = receiptJob({ config, world, dayMs: unixMs(Date.parse(day)) }, Date.now(), "desk");
  const handle = createReceiptHandler({ databaseUrl: desk.databaseUrl, env: keyless });
  const made = ReceiptResult.parse(await handle(JSON.parse(JSON.stringify(input)), NEVER_ABORTED));
  expect(made).toEqual({ summary: { ...own, madeAtMs: expect.any(Number) } });
  expect(signed()).toBe(before);
});

const SIGNED: ReadonlySet<string> = new Set([
  "place",
  "cancel",
  "move",
  "order",
  "open-orders",
  "trades",
  "balances",
  "key",
]);
