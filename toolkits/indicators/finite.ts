// Floor 2. Law 8 at the kernels: a result that is not a finite number stops the work.
import { InvariantError } from "#schemas/errors.ts";

/**
 * Returns `value`. The kernels use only arithmetic that carries a NaN through to the result, so one test of the result
 * covers every input.
 * @throws InvariantError where it is NaN or infinite
 */
export function requireFinite(value: number, name: string): number {
  if (Number.isFinite(value)) return value;
  throw new InvariantError({
    was: `${name} is ${value}: a value that is not a finite number reached an indicator.`,
    expected: "candles that were validated where they were read",
    remedy: "Report the data source and market; nothing was computed from this window.",
  });
}
