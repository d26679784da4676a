// Floor 2. (seed, name, …) → a stream of random numbers that is the same to the bit on every machine.
// ECMA-262 leaves Math.log, exp, sin and cos to the implementation, so the simulator uses none of them: only + - * / and
// Math.sqrt, which IEEE 754 fixes to the last bit, and integer operations.
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { sha256Hex } from "#schemas/hash.ts";

const STATE_WORDS = [0, 8, 16, 24] as const;

/**
 * Natural logarithm of a positive number, relative error below 1e-15 away from 1. Halved or doubled into [0.7, 1.42), then
 * ln m = 2 artanh((m - 1) / (m + 1)), whose series gains a factor of 35 a term there.
 */
export function naturalLog(value: number): number {
  let mantissa = value;
  let doublings = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    doublings -= 1;
  }
  while (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    doublings += 1;
  }
  const y = (mantissa - 1) / (mantissa + 1);
  const yy = y * y;
  const tail = 1 / 11 + yy * (1 / 13 + yy * (1 / 15 + yy * (1 / 17 + yy * (1 / 19))));
  const series = 1 + yy * (1 / 3 + yy * (1 / 5 + yy * (1 / 7 + yy * (1 / 9 + yy * tail))));
  return doublings * Math.LN2 + 2 * y * series;
}

/** Random numbers of one name, in order. */
export type RandomStream = ReturnType<typeof openStream>;

/**
 * Opens a stream: SHA-256 of its name is the state of the generator (xoroshiro128+ of pure-rand). Equal names give equal
 * numbers, different names unrelated ones.
 */
export function openStream(name: readonly [seed: number, ...parts: (string | number)[]]) {
  const digest = sha256Hex(name.join("\n"));
  const generator = xoroshiro128plusFromState(
    STATE_WORDS.map((at) => Number.parseInt(digest.slice(at, at + 8), 16) | 0),
  );
  let spare = 0;
  let hasSpare = false;

  /** Uniform in the open interval (0, 1), steps of 2^-32. */
  const uniform = (): number => (generator.next() + 2_147_483_648.5) / 4_294_967_296;

  /** Standard normal, exact up to the grid of `uniform`; never beyond 6.8. Marsaglia & Bray 1964, the polar method: two at a time. */
  const normal = (): number => {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1) continue;
      const scale = Math.sqrt((-2 * naturalLog(s)) / s);
      spare = v * scale;
      hasSpare = true;
      return u * scale;
    }
  };

  /** Symmetric: -1 or 1. */
  const sign = (): -1 | 1 => (generator.next() < 0 ? -1 : 1);

  return { uniform, normal, sign };
}
