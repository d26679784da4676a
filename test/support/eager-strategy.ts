// A strategy that acts often, so that a short test has entries and exits in plenty. Not for trading.
import { NO_TRIGGERS } from "#schemas/analysis.ts";
import { largestWhere, nextClose, smallestWhere } from "#toolkits/strategies/next-close.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

export const eager: Strategy = {
  id: "eager",
  definitionId: "eager.v1",
  title: "Enters under RSI 49, leaves over 51",
  signal: ({ snapshot: { rsiWilder: rsi } }) => {
    if (rsi === null) return { action: "hold", strength: 0, reasons: ["no RSI"] };
    if (rsi < 49) return { action: "enter", strength: (49 - rsi) / 49, reasons: [`RSI ${rsi}`] };
    if (rsi > 51) return { action: "exit", strength: (rsi - 51) / 49, reasons: [`RSI ${rsi}`] };
    return { action: "hold", strength: 0, reasons: [`RSI ${rsi}`] };
  },
  triggers: (window) => {
    const next = nextClose(window);
    if (next === null) return NO_TRIGGERS;
    const edge = (level: number, holds: (rsi: number) => boolean) => ({
      holds: (close: number) => holds(next.read(close).rsi),
      near: next.closeForRsi(level),
      scale: next.scale,
      previous: next.previous,
    });
    return {
      enterAtOrBelow: largestWhere(edge(49, (rsi) => rsi < 49)),
      exitAtOrAbove: smallestWhere(edge(51, (rsi) => rsi > 51)),
    };
  },
  mayAct: () => true,
};
