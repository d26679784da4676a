// Floor 6. `validate`: one strategy, mistrusted.

import { validateStrategy } from "#scheduler/research/validate/validate-strategy.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import { Validation } from "#schemas/validation.ts";
import type { Call, Done } from "../own-command.ts";
import { openBench } from "./open-bench.ts";
import { openProbeThread } from "./probe-thread.ts";
import { askedRangeOf, rangeOf } from "./range.ts";
import { nameToSave, saveAs } from "./save-result.ts";
import { renderValidation } from "./validate-text.ts";

const DEFAULT_RUNS = 200;

/** Exit 1 where a check failed. @throws UsageError; what `backtest` throws for venue, folder and strategy */
export async function validate(call: Call): Promise<Done> {
  const { input, options, io, signal } = call;
  const { config } = options;
  refuseSeveral(config);
  const asked = askedRangeOf(input.flags);
  const runs = runsOf(input.flags["runs"]);
  const name = nameToSave(input);
  const { bench, venue } = await openBench(call);
  try {
    for (const unused of rangeOf(asked, config, venue).unused) io.note(`not tested: ${unused}`);
    const { firstSlotMs, lastSlotMs } = rangeOf(asked, config, venue);
    const [strategy] = venue.hosts.map(({ info }) => info);
    if (strategy === undefined) throw new Error("The configuration names a strategy, and the venue has none.");
    const { timeframe, seed } = config;
    const result = await validateStrategy(
      {
        timeframe,
        seed,
        firstSlotMs,
        lastSlotMs,
        strategy,
        bench,
        runs,
        quote: venue.quote,
        openProbe: async () => openProbeThread({ config, signal, onOutput: io.note }),
      },
      {
        signal,
        onProgress: (what, done, of) => io.progress(`validate: ${what}${of === undefined ? "" : ` ${done} of ${of}`}`),
      },
    );
    const { simulated, venue: venueName } = venue.marketData;
    const about = { strategy: strategy.id, venue: venueName, simulated, timeframe, quote: venue.quote, seed };
    const document = Validation.parse({ ...about, firstSlotMs, lastSlotMs, ...result });
    io.progress(null);
    await saveAs(call, { kind: "validate", name, document });
    return { document, text: renderValidation(document, io.style), exitCode: document.passed ? 0 : 1 };
  } finally {
    io.progress(null);
    await bench.close();
    await venue.close?.();
  }
}

function refuseSeveral({ strategies }: Pick<DeskConfig, "strategies">): void {
  if (strategies.length === 1) return;
  throw new UsageError({
    was: `${strategies.length} strategies are configured: ${strategies.map(({ use }) => use).join(", ")}.`,
    expected: "one",
    remedy: "Name it with --strategy.",
  });
}

function runsOf(given: unknown): number {
  if (given === undefined) return DEFAULT_RUNS;
  const runs = Number(given);
  if (Number.isInteger(runs) && runs >= 20 && runs <= 100_000) return runs;
  throw new UsageError({
    was: `--runs ${String(given)}.`,
    expected: "a whole number from 20 to 100,000",
    remedy: `Leave it out for ${DEFAULT_RUNS}.`,
  });
}
