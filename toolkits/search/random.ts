// Floor 2, search. Places drawn evenly, independent of how any of them did.
import type { RandomStream } from "../market/simulated/random.ts";
import type { Method } from "./method.ts";

const BATCH = 16;

export const createRandom = (dimensions: number, { uniform }: RandomStream): Method => ({
  next: () => Array.from({ length: BATCH }, () => Array.from({ length: dimensions }, uniform)),
  tell: () => {},
});
