// How much of a statement about thousands is tried: all of it in `npm run test:long`, about one in a hundred in the suite.

/** Whether this is `npm run test:long`. */
export const FULL_COUNT = process.env["DEEPTRADER_TEST_COUNTS"] === "full";

/** @param least tried in the suite at least; a statement about fewer would say nothing */
export const count = (full: number, least = 3): number =>
  FULL_COUNT ? full : Math.min(full, Math.max(least, Math.ceil(full / 100)));
