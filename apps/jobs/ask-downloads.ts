// Floor 6. `data download --workers`: its markets as jobs, each told when it has ended. What is stopped is taken back; what has come stays.
import { hostname } from "node:os";
import type { DeskConfig } from "#schemas/config.ts";
import { JobFailedError } from "#schemas/errors.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { forEachBounded } from "#toolkits/ports/for-each-bounded.ts";
import { type DownloadInput, DownloadResult, downloadJob } from "./download-job.ts";
import { openQueue } from "./open-queue.ts";

/** Markets that are asked for at once. */
const ASKED_AT_ONCE = 256;

export type AskedMarket = Omit<DownloadInput, "venue" | "exchangeUrl" | "sandbox" | "timeframe">;

export interface AskOptions extends CallOptions {
  readonly onDone: (index: number, result: DownloadResult) => void;
}

/** @throws StoreError where Redis does not answer at the start; the signal's reason */
export async function downloadOnWorkers(
  config: DeskConfig,
  markets: readonly AskedMarket[],
  onNote: (text: string) => void,
  options: AskOptions,
): Promise<void> {
  const queue = await openQueue(config, onNote);
  try {
    const { roles } = await queue.overview(options);
    const workers = roles.find(({ role }) => role === "download")?.workers ?? [];
    onNote(
      workers.length === 0
        ? "no worker is there: start `deeptrader worker` where this folder is; until then the markets wait"
        : `on ${workers.length === 1 ? "1 worker" : `${workers.length} workers`}: ${workers.join(", ")}`,
    );
    await askDownloads(queue, config, markets, options);
  } finally {
    await queue.close();
  }
}

export async function askDownloads(
  queue: Pick<JobQueue, "run">,
  config: Pick<DeskConfig, "venue" | "exchangeUrl" | "sandbox" | "timeframe">,
  markets: readonly AskedMarket[],
  { signal, onDone }: AskOptions,
): Promise<void> {
  // One that fails otherwise than by its own market ends them all: the others are taken back.
  const failed = new AbortController();
  const call = { signal: AbortSignal.any([signal, failed.signal]) };
  const askOne = async ([index, market]: [number, AskedMarket]): Promise<void> => {
    try {
      const given = await queue.run(downloadJob(config, market, `${hostname()} ${market.dir}`), call);
      onDone(index, DownloadResult.parse(given));
    } catch (error) {
      if (!(error instanceof JobFailedError)) {
        failed.abort(error);
        throw error;
      }
      onDone(index, { error: error.message });
    }
  };
  await forEachBounded([...markets.entries()], ASKED_AT_ONCE, askOne);
}
