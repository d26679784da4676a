import { afterEach, describe, expect, it } from "vitest";
import { BUILT_INS, changedBuiltIns } from "#toolkits/user-files/built-ins.ts";

const { max } = Math;

afterEach(() => {
  Math.max = max;
  Reflect.deleteProperty(Float64Array.prototype, "subarray");
  Reflect.deleteProperty(Array.prototype, "ofMine");
});

describe("built-ins that a user's code changes", () => {
  it("are named where one is another, or a new one stands before it; additions are no change", () => {
    const before = BUILT_INS();
    Object.assign(Array.prototype, { ofMine: 1 });
    expect(changedBuiltIns(before)).toEqual([]);
    Math.max = (...values) => max(...values);
    const { subarray } = Float64Array.prototype;
    Float64Array.prototype.subarray = function (this: Float64Array<ArrayBuffer>, ...at) {
      return subarray.apply(this, at);
    } as typeof subarray;
    expect(changedBuiltIns(before)).toEqual(["Math.max", "Float64Array.prototype.subarray"]);
  });
});
