// Floor 2, search. Tree-structured Parzen estimator, each parameter by itself: where the best tenth lies densely and the rest does not.
// J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for Hyper-Parameter Optimization", NIPS 24 (2011), §4.
import type { RandomStream } from "../market/simulated/random.ts";
import type { Dimension } from "./dimension.ts";
import { type Answer, bestFirst, type Method, type Places } from "./method.ts";

/** Drawn evenly, before anything is known. */
const STARTS = 20;
/** Asked at once: a machine with more cores does not search otherwise. */
const BATCH = 4;
const BEST_SHARE = 0.1;
const CANDIDATES = 24;
/** The narrowest kernel, of the range, however many there are (as hyperopt has it). */
const LEAST_WIDTH = 0.01;

export function createTpe(dimensions: readonly Dimension[], random: RandomStream): Method {
  const known: Answer[] = [];
  const evenly = (): Places => dimensions.map(() => random.uniform());
  return {
    next: () => {
      if (known.length < STARTS) return Array.from({ length: STARTS }, evenly);
      const sorted = bestFirst(known);
      const best = Math.max(1, Math.ceil(BEST_SHARE * sorted.length));
      const densities = dimensions.map((dimension, i) => {
        const placesOf = (answers: readonly Answer[]): number[] => answers.map(({ places }) => places[i] ?? 0.5);
        const make = dimension.isOrdered ? kernels : (places: readonly number[]) => shares(places, dimension.count);
        return { good: make(placesOf(sorted.slice(0, best))), rest: make(placesOf(sorted.slice(best))) };
      });
      return Array.from({ length: BATCH }, () => densities.map((of) => likeliest(of, random)));
    },
    tell: (answers) => void known.push(...answers),
  };
}

interface Density {
  readonly draw: (random: RandomStream) => number;
  readonly at: (place: number) => number;
}

/** Of the candidates that the best suggest, the one that most sets them apart from the rest. */
function likeliest({ good, rest }: { readonly good: Density; readonly rest: Density }, random: RandomStream): number {
  let [place, ratio] = [0.5, -1];
  for (let i = 0; i < CANDIDATES; i++) {
    const candidate = good.draw(random);
    const itsRatio = good.at(candidate) / rest.at(candidate);
    if (itsRatio > ratio) [place, ratio] = [candidate, itsRatio];
  }
  return place;
}

/**
 * A normal kernel on each place, cut off at 0 and 1, as wide as its farther neighbour is away; and one over the whole range, so that no
 * place is ruled out.
 */
function kernels(places: readonly number[]): Density {
  const centres = [...places, 0.5].sort((a, b) => a - b);
  const prior = centres.indexOf(0.5);
  const least = Math.max(LEAST_WIDTH, 1 / (1 + centres.length));
  const mixture = centres.map((centre, i) => {
    const gap = Math.max(centre - (centres[i - 1] ?? centre), (centres[i + 1] ?? centre) - centre);
    const width = i === prior ? 1 : Math.min(1, Math.max(least, gap));
    return { centre, width, mass: normalShare((1 - centre) / width) - normalShare(-centre / width) };
  });
  return {
    draw: ({ uniform, normal }) => {
      const one = mixture[Math.floor(uniform() * mixture.length)] ?? { centre: 0.5, width: 1 };
      for (;;) {
        const place = one.centre + one.width * normal();
        if (place > 0 && place < 1) return place;
      }
    },
    at: (place) =>
      mixture.reduce((sum, { centre, width, mass }) => {
        const z = (place - centre) / width;
        return sum + Math.exp(-0.5 * z * z) / (width * mass);
      }, 0) / mixture.length,
  };
}

/** How often each option was taken, each once more than it was. */
function shares(places: readonly number[], count: number): Density {
  const counts = new Array<number>(count).fill(1);
  const cellOf = (place: number): number => Math.min(count - 1, Math.floor(place * count));
  for (const place of places) counts[cellOf(place)] = (counts[cellOf(place)] ?? 0) + 1;
  const total = places.length + count;
  return {
    draw: ({ uniform }) => {
      let left = uniform() * total;
      let cell = 0;
      for (; cell < count - 1 && left >= (counts[cell] ?? 0); cell++) left -= counts[cell] ?? 0;
      return (cell + 0.5) / count;
    },
    at: (place) => (counts[cellOf(place)] ?? 1) / total,
  };
}

/** Share of a standard normal below z. Abramowitz & Stegun 26.2.17, error under 7.5e-8: it only weighs kernels. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804 *
    Math.exp(-0.5 * z * z) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}
