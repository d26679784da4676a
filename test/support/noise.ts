// Seeded noise, and edges of known strength planted in it.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Standard normal values, one after another (Box & Muller 1958). */
export function normals(seed: number): () => number {
  const random = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
  for (let i = 0; i < 16; i++) uniformFloat64(random);
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const angle = 2 * Math.PI * uniformFloat64(random);
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

export interface NoiseShape {
  readonly length: number;
  readonly mean?: number;
  readonly sd?: number;
  /** Of one value with the next: a first-order autoregression. */
  readonly autocorrelation?: number;
}

export function noise(seed: number, { length, mean = 0, sd = 1, autocorrelation: a = 0 }: NoiseShape): Float64Array {
  const next = normals(seed);
  let last = next();
  return Float64Array.from({ length }, () => {
    const value = mean + sd * last;
    last = a * last + Math.sqrt(1 - a * a) * next();
    return value;
  });
}
