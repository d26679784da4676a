// Floor 6. `watches`: what the operator wants to be told once, listed, set and taken away. No model is asked.
import { z } from "zod";
import { formatTime } from "#desk/documents/format.ts";
import { watchText } from "#desk/documents/watch-text.ts";
import { addPriceWatch, removePriceWatch, WatchAnswer } from "#desk/watch/add-watch.ts";
import { type WordedWatch, watchFromWords, watchOf } from "#desk/watch/watch-words.ts";
import { UsageError } from "#schemas/errors.ts";
import { TIMEFRAMES } from "#schemas/units.ts";
import { StandingWatch } from "#schemas/watch.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { byOf, wordsOf } from "./rules.ts";
import { resolveSymbol } from "./symbols.ts";

const EXAMPLE = `Write it as "ETH closes under 3000", "BTC RSI over 70 on 1h" or "SOL price above 200"; timeframes are ${TIMEFRAMES.join(", ")}.`;

/** @throws UsageError */
function wordedOf(input: CommandInput): WordedWatch {
  const worded = watchFromWords(wordsOf(input, "The watch", EXAMPLE));
  if (worded !== null) return worded;
  throw new UsageError({
    was: `${JSON.stringify(input.args.join(" "))} is no watch that the desk reads.`,
    remedy: EXAMPLE,
  });
}

const WatchesDocument = z.object({
  watches: z.array(StandingWatch.extend({ text: z.string().describe("what is told of, in words") })),
});

const watchesList = deskCommand({
  name: "watches list",
  document: WatchesDocument,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk }) => ({
    watches: desk.alerts.watches.standing().map((standing) => ({ ...standing, text: watchText(standing.watch) })),
  }),
  render: ({ watches }, style) =>
    watches.length === 0
      ? `Nothing is watched. ${EXAMPLE}`
      : watches
          .map(
            ({ watchId, text, by, atMs }) =>
              `${style.bold(watchId)}  ${text}  ${style.dim(`${by}, ${formatTime(atMs)} UTC`)}`,
          )
          .join("\n"),
});

const watchesAdd = deskCommand({
  name: "watches add",
  document: WatchAnswer,
  exchange: "when-needed",
  exclusive: true,
  writes: true,
  check: (input) => {
    byOf(input.flags);
    wordedOf(input);
  },
  execute: async ({ desk }, input, options) => {
    const worded = wordedOf(input);
    const read = watchOf(worded, resolveSymbol(desk, worded.market), desk.config.timeframe);
    if (read.status === "refused") throw new UsageError({ was: `${read.reason}.`, remedy: EXAMPLE });
    return addPriceWatch(desk, { watch: read.watch, by: byOf(input.flags) }, options);
  },
  failed: ({ status }) => status === "refused",
  render: (answer, style) => {
    if (answer.status === "refused") return answer.reason;
    if (answer.status === "met") return answer.text;
    const { watchId } = answer.watch;
    return `${style.bold(watchId)} waits. ${answer.text}\n${style.dim(`deeptrader watches remove ${watchId}`)}`;
  },
});

const watchesRemove = deskCommand({
  name: "watches remove",
  document: WatchAnswer,
  exchange: "not-asked",
  exclusive: true,
  writes: true,
  check: ({ flags }) => void byOf(flags),
  execute: ({ desk }, { args, flags }, options) =>
    removePriceWatch(desk, { watchId: args[0] ?? "", by: byOf(flags) }, options),
  failed: ({ status }) => status === "refused",
  render: (answer) => (answer.status === "refused" ? answer.reason : answer.text),
});

export const watchesCommands = [watchesList, watchesAdd, watchesRemove] as const;
