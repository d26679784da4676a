import { describe, expect, it } from "vitest";
import { decodeHint, encodeHint } from "#memory/buses/hint-text.ts";
import type { BusHint } from "#schemas/ports/memory.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { ETH, KEY } from "../fixtures.ts";

const everything: BusHint = { kind: "everything" };

describe("a hint on a bus", () => {
  it("arrives as it was sent, but not at its sender", () => {
    for (const hint of [everything, { kind: "analyses", keys: [KEY, { ...KEY, symbol: ETH }] } as const]) {
      const text = encodeHint("me", hint);
      expect(decodeHint("you", text)).toEqual(hint);
      expect(decodeHint("me", text)).toBeNull();
    }
  });

  it("becomes everything where NOTIFY could not carry it", () => {
    const keysOf = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        ...KEY,
        symbol: MarketSymbol.parse(`LONG-NAME-OF-A-COIN-${i}/USDT`),
      }));
    for (const count of [1, 50, 120, 400, 5000]) {
      const text = encodeHint("me", { kind: "analyses", keys: keysOf(count) });
      expect(Buffer.byteLength(text)).toBeLessThan(8000);
      const hint = decodeHint("you", text);
      expect(hint).toEqual(count <= 120 ? { kind: "analyses", keys: keysOf(count) } : everything);
    }
  });

  it("is taken for everything where it cannot be read", () => {
    for (const text of ["", "{", "null", '{"from":"x"}', '{"from":"x","keys":[["v","not a symbol","5m"]]}']) {
      expect(decodeHint("you", text)).toEqual(everything);
    }
  });
});
