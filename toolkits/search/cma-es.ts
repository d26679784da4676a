// Floor 2, search. Separable CMA-ES: a normal cloud with a width of its own for each parameter, which moves to the better half of each
// generation and takes on its shape. R. Ros, N. Hansen, "A Simple Modification in CMA-ES Achieving Linear Time and Space Complexity",
// PPSN X (2008); constants as in N. Hansen, "The CMA Evolution Strategy: A Tutorial" (2016), arXiv:1604.00772, table 1.
import type { RandomStream } from "../market/simulated/random.ts";
import { type Answer, bestFirst, type Method, type Places } from "./method.ts";

const START_WIDTH = 0.3;
/** Under this, of the range, a cloud has closed in: another begins elsewhere, twice as large (IPOP, Auger & Hansen 2005). */
const CLOSED_IN = 1e-4;
/** Draws of a place outside of the range before it is put on its edge. */
const DRAWS = 20;
const LEAST_GENERATION = 8;

export function createCmaEs(dimensions: number, random: RandomStream): Method {
  let size = Math.max(LEAST_GENERATION, 4 + Math.floor(3 * Math.log(dimensions)));
  let cloud = new Cloud(new Array<number>(dimensions).fill(0.5), size);
  return {
    next: () => {
      if (cloud.reach < CLOSED_IN) {
        size *= 2;
        cloud = new Cloud(Array.from({ length: dimensions }, random.uniform), size);
      }
      return Array.from({ length: size }, () => cloud.draw(random));
    },
    tell: (answers) => cloud.learn(bestFirst(answers)),
  };
}

class Cloud {
  readonly #mean: number[];
  readonly #variances: number[];
  #width = START_WIDTH;
  readonly #pathOfWidth: number[];
  readonly #pathOfShape: number[];
  readonly #weights: readonly number[];
  #generations = 0;
  readonly #c: Constants;

  constructor(mean: readonly number[], size: number) {
    const n = mean.length;
    this.#mean = [...mean];
    this.#variances = new Array<number>(n).fill(1);
    this.#pathOfWidth = new Array<number>(n).fill(0);
    this.#pathOfShape = new Array<number>(n).fill(0);
    const parents = Math.floor(size / 2);
    const raw = Array.from({ length: parents }, (_, i) => Math.log((size + 1) / 2) - Math.log(i + 1));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    this.#weights = raw.map((weight) => weight / total);
    this.#c = constantsOf(n, 1 / this.#weights.reduce((sum, weight) => sum + weight * weight, 0));
  }

  /** Its largest standard deviation. */
  get reach(): number {
    return this.#width * Math.sqrt(Math.max(...this.#variances));
  }

  draw({ normal }: RandomStream): Places {
    return this.#mean.map((mean, i) => {
      const deviation = this.#width * Math.sqrt(this.#variances[i] ?? 1);
      for (let draw = 0; draw < DRAWS; draw++) {
        const place = mean + deviation * normal();
        if (place > 0 && place < 1) return place;
      }
      return mean < 0.5 ? 0 : 1;
    });
  }

  /** @param sorted the generation, best first */
  learn(sorted: readonly Answer[]): void {
    const { widthRate, widthDamping, shapeRate, rankOne, rankMu, effective, normalLength } = this.#c;
    this.#generations += 1;
    const old = [...this.#mean];
    const steps = old.map((mean, i) =>
      this.#weights.reduce((sum, weight, k) => sum + weight * ((sorted[k]?.places[i] ?? mean) - mean), 0),
    );
    let length = 0;
    for (const [i, step] of steps.entries()) {
      this.#mean[i] = (old[i] ?? 0.5) + step;
      const moved = step / this.#width / Math.sqrt(this.#variances[i] ?? 1);
      const path =
        (1 - widthRate) * (this.#pathOfWidth[i] ?? 0) + Math.sqrt(widthRate * (2 - widthRate) * effective) * moved;
      this.#pathOfWidth[i] = path;
      length += path * path;
    }
    length = Math.sqrt(length);
    const n = old.length;
    const expected = Math.sqrt(1 - (1 - widthRate) ** (2 * this.#generations)) * (1.4 + 2 / (n + 1)) * normalLength;
    const isSteady = length < expected ? 1 : 0;
    for (const [i, step] of steps.entries()) {
      const path =
        (1 - shapeRate) * (this.#pathOfShape[i] ?? 0) +
        isSteady * Math.sqrt(shapeRate * (2 - shapeRate) * effective) * (step / this.#width);
      this.#pathOfShape[i] = path;
      const spread = this.#weights.reduce(
        (sum, weight, k) => sum + weight * (((sorted[k]?.places[i] ?? 0) - (old[i] ?? 0)) / this.#width) ** 2,
        0,
      );
      const before = this.#variances[i] ?? 1;
      const kept = 1 - rankOne - rankMu + (1 - isSteady) * rankOne * shapeRate * (2 - shapeRate);
      this.#variances[i] = Math.max(1e-12, kept * before + rankOne * path * path + rankMu * spread);
    }
    this.#width = Math.min(1, this.#width * Math.exp((widthRate / widthDamping) * (length / normalLength - 1)));
  }
}

type Constants = ReturnType<typeof constantsOf>;

/** Rates of learning for n parameters and the number of parents that count. */
function constantsOf(n: number, effective: number) {
  const widthRate = (effective + 2) / (n + effective + 5);
  // A diagonal has so many fewer numbers to learn that it may learn faster (Ros & Hansen 2008, eq. 3).
  const faster = (n + 2) / 3;
  const rankOne = Math.min(0.5, (faster * 2) / ((n + 1.3) ** 2 + effective));
  const rankMu = Math.min(1 - rankOne, (faster * 2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective));
  return {
    effective,
    widthRate,
    widthDamping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + widthRate,
    shapeRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankOne,
    rankMu: Math.max(0, rankMu),
    /** Of a standard normal vector, in the mean. */
    normalLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}
