// Floor 6. A process with much to compute → one that leaves the machine to others on it, such as a desk that somebody asks.
import { getPriority, setPriority } from "node:os";

/** As `nice` adds where it is told nothing. */
const NICE = 10;

/** For threads that are opened from now on. Never less than it was started with, which only root may change back. */
export const standBack = (nice = NICE): void => setPriority(Math.max(getPriority(), nice));
