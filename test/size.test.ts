import { expect, it } from "vitest";
import { codeLinesOf, filesOf, linesOf, PRODUCT } from "./support/sources.ts";

/** Lines of the product, without comments and blanks. */
const MOST_LINES = 27_500;
const MOST_LINES_OF_THE_MEDIAN_FILE = 90;

it("the product stays small: its lines of code, and its median file", () => {
  const byFloor = PRODUCT.map((floor) => ({
    floor,
    lines: filesOf(floor).reduce((sum, file) => sum + codeLinesOf(file), 0),
  }));
  const total = byFloor.reduce((sum, { lines }) => sum + lines, 0);
  const lengths = PRODUCT.flatMap(filesOf)
    .map(linesOf)
    .sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? Number.NaN;
  const floors = byFloor.map(({ floor, lines }) => `${floor} ${lines}`).join(" · ");
  console.info(`${total} lines of code in ${lengths.length} files (${floors}); the median file has ${median} lines.`);
  expect(total).toBeLessThanOrEqual(MOST_LINES);
  expect(median).toBeLessThanOrEqual(MOST_LINES_OF_THE_MEDIAN_FILE);
});
