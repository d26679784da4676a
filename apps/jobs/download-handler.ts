// Floor 6. A worker's part in a download: one market into the folder of who asks, by this worker's own address. It goes on where another stopped.
import { hostname } from "node:os";
import { DeepTraderError } from "#schemas/errors.ts";
import type { JobHandler } from "#schemas/ports/jobs.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { fileOf, markOf, openDataFolder } from "#toolkits/market/history/data-folder.ts";
import { downloadMarket } from "#toolkits/market/history/download-market.ts";
import type { CandleSource } from "#toolkits/market/history/patient-source.ts";
import { DownloadInput, type DownloadResult, marketRow } from "./download-job.ts";

export interface DownloadHandlerParts {
  /** The same source for the same exchange. @throws where there is no such exchange */
  readonly open: (input: DownloadInput, options: CallOptions) => Promise<CandleSource>;
  readonly clock: Pick<Clock, "now" | "sleep">;
}

export const createDownloadHandler =
  ({ open, clock }: DownloadHandlerParts): JobHandler =>
  async (given, options): Promise<DownloadResult> => {
    const input = DownloadInput.parse(given);
    const { dir, mark, symbol, timeframe, format, fromMs, toMs, again } = input;
    if ((await markOf(dir)) !== mark) {
      return { error: `${symbol}: a worker on ${hostname()} has not the folder ${dir} that is downloaded into.` };
    }
    try {
      const source = await open(input, options);
      const { name } = fileOf(await openDataFolder(dir), symbol, timeframe, format);
      const deps = { source, dir, name, again, now: clock.now, sleep: clock.sleep };
      const done = await downloadMarket(deps, { symbol, timeframe, fromMs, toMs }, options);
      return { row: marketRow(symbol, name.file, done) };
    } catch (error) {
      options.signal.throwIfAborted();
      // An exchange that is silent here may answer another worker, or later.
      const mayPass = !(error instanceof DeepTraderError) || error.policy === "retry" || error.policy === "pause";
      if (mayPass) throw error;
      return { error: error.message };
    }
  };
