import { expect, it } from "vitest";
import { oncePerKind } from "#desk/once-per-kind.ts";
import { FutureRecordError, RecordVersionError } from "#schemas/errors.ts";

const unreadable = (was: string) => new RecordVersionError({ was, remedy: "Use the version that wrote it." });

it("tells the first of many records that cannot be read, and the first of another kind", () => {
  const told: string[] = [];
  const tell = oncePerKind((error: Error) => told.push(error.message));
  for (const was of ["Record 1.", "Record 2.", "Record 3."]) tell(unreadable(was));
  tell(new FutureRecordError({ was: "Record 4.", remedy: "Check the clock." }));
  expect(told).toEqual(["Record 1. Use the version that wrote it.", "Record 4. Check the clock."]);
});
