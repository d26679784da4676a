// Floor 4. A price watch → what the operator is told of, in a trader's words.

import { splitSymbol } from "#schemas/units.ts";
import type { PriceWatch } from "#schemas/watch.ts";

const isBelow = ({ kind }: PriceWatch): boolean => kind.endsWith("below");

/** `ETH/USDT closes under 3000 USDT on 5m`, `BTC/USDT RSI is over 70 on 1h`, `SOL/USDT is over 200 USDT`. */
export function watchText(watch: PriceWatch): string {
  const side = isBelow(watch) ? "under" : "over";
  const { quote } = splitSymbol(watch.symbol);
  switch (watch.kind) {
    case "close-below":
    case "close-above":
      return `${watch.symbol} closes ${side} ${watch.level} ${quote} on ${watch.timeframe}`;
    case "price-below":
    case "price-above":
      return `${watch.symbol} is ${side} ${watch.level} ${quote}`;
    case "rsi-below":
    case "rsi-above":
      return `${watch.symbol} RSI is ${side} ${watch.level} on ${watch.timeframe}`;
  }
}
