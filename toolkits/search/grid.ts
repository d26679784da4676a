// Floor 2, search. Every combination of a few values of each parameter.
import { UsageError } from "#schemas/errors.ts";
import type { Dimension } from "./dimension.ts";
import type { Method, Places } from "./method.ts";

/** Values of a number, unless it has fewer: its ends, and evenly between. */
const STEPS = 5;
const BATCH = 16;

const stepsOf = ({ isOrdered, count }: Dimension): number => (isOrdered ? Math.min(STEPS, count) : count);

export const gridSize = (dimensions: readonly Dimension[]): number =>
  dimensions.reduce((product, dimension) => product * stepsOf(dimension), 1);

/** @throws UsageError where it has more points than may be tried: half a grid is no grid */
export function createGrid(dimensions: readonly Dimension[], most: number): Method {
  const size = gridSize(dimensions);
  if (size > most) throw tooLarge(dimensions, size, most);
  let asked = 0;
  return {
    next: () => {
      const batch: Places[] = [];
      for (; asked < size && batch.length < BATCH; asked++) batch.push(placesOf(dimensions, asked));
      return batch;
    },
    tell: () => {},
  };
}

/** The last parameter changes fastest. */
function placesOf(dimensions: readonly Dimension[], index: number): Places {
  let rest = index;
  return dimensions
    .toReversed()
    .map((dimension) => {
      const steps = stepsOf(dimension);
      const step = rest % steps;
      rest = Math.floor(rest / steps);
      if (!dimension.isOrdered || steps === dimension.count) return (step + 0.5) / steps;
      return steps === 1 ? 0.5 : step / (steps - 1);
    })
    .toReversed();
}

const tooLarge = (dimensions: readonly Dimension[], size: number, most: number): UsageError =>
  new UsageError({
    was: `The grid has ${size.toLocaleString("en-US")} points (${dimensions.map((each) => `${each.name} ${stepsOf(each)}`).join(" × ")}), and ${most.toLocaleString("en-US")} trials are allowed.`,
    expected: "a grid that is tried whole",
    remedy: `Search fewer parameters with --parameters A,B, give --trials ${size}, or take --search tpe or random.`,
  });
