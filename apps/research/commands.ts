// Floor 6. The commands of the research bench, by name, as typed. None opens a home's store. What each needs is imported when it runs.
import type { OwnCommand } from "../own-command.ts";

export const researchCommands: Readonly<Record<string, OwnCommand>> = {
  compare: async (call) => (await import("./compare.ts")).compare(call),
  "rule-prices": async (call) => (await import("./rule-prices.ts")).rulePrices(call),
  "freqtrade config": async (call) => (await import("./freqtrade/config.ts")).freqtradeConfig(call),
  "freqtrade compare": async (call) => (await import("./freqtrade/compare.ts")).freqtradeCompare(call),
  validate: async (call) => (await import("./validate.ts")).validate(call),
  optimize: async (call) => (await import("./optimize.ts")).optimize(call),
  "walk-forward": async (call) => (await import("./walk-forward.ts")).walkForward(call),
  "research list": async (call) => (await import("./show.ts")).showList(call),
  "research show": async (call) => (await import("./show.ts")).showResult(call),
};
