// Floor 6. A worker's part in the nightly receipt: the desk is opened for reading, on the worker's own database, and its day worked out again.
// It takes no account, needs no key of a live one, and writes nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiptMaking } from "#desk/receipt/make-receipt.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { DeepTraderError, ProviderError, StoreError, VenuePausedError } from "#schemas/errors.ts";
import { canonicalJson } from "#schemas/hash.ts";
import type { JobHandler } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Env } from "../coin-ports.ts";
import { worldOf } from "../research/bench-messages.ts";
import { closeVenue } from "../venues/venue.ts";
import { openVenue } from "../venues.ts";
import { openDesk } from "../wire.ts";
import { ReceiptInput, type ReceiptResult } from "./receipt-job.ts";

interface ReceiptHandlerParts {
  readonly databaseUrl: string | null;
  readonly env: Env;
}

export const createReceiptHandler =
  (parts: ReceiptHandlerParts): JobHandler =>
  async (given, options): Promise<ReceiptResult> => {
    const { config, world, dayMs } = ReceiptInput.parse(given);
    // A worker has no home; what an exchange lists is kept in one.
    const home = await mkdtemp(join(tmpdir(), "deeptrader-receipt-"));
    try {
      return await makeReceipt(
        { ...config, home, databaseUrl: parts.databaseUrl },
        { world, dayMs },
        parts.env,
        options,
      );
    } catch (error) {
      options.signal.throwIfAborted();
      const mayPass =
        error instanceof ProviderError || error instanceof VenuePausedError || error instanceof StoreError;
      if (mayPass || !(error instanceof DeepTraderError)) throw error;
      return { left: error.message };
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  };

async function makeReceipt(
  config: DeskConfig,
  { world, dayMs }: Pick<ReceiptInput, "world" | "dayMs">,
  env: Env,
  options: CallOptions,
): Promise<ReceiptResult> {
  const venue = await openVenue(config, { ...options, env, withOrders: false });
  if (canonicalJson(worldOf(venue)) !== canonicalJson(world)) {
    await closeVenue(venue);
    return { left: "its venue or the text of a strategy is not the desk's" };
  }
  const { desk, store, close } = await openDesk(config, venue, "latest", {
    ...options,
    owner: "worker",
    writes: false,
  });
  try {
    const journal = store.journal(desk.deskId, desk.runId);
    const making = new ReceiptMaking(desk, { journal, candles: store.candles }, dayMs);
    while (await making.step(options)) {
      options.signal.throwIfAborted();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return { summary: making.summary() };
  } finally {
    await close();
  }
}
