import { expect, it } from "vitest";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";

it("works in order, and has reported what failed by the time it is settled", async () => {
  const seen: string[] = [];
  const queue = createBackgroundQueue((problem) => seen.push(problem));
  queue.later(async () => {
    seen.push("first begins");
    await Promise.resolve();
    seen.push("first ends");
  });
  queue.later(() => Promise.reject(new Error("the store is down")));
  queue.later(async () => void seen.push("third"));
  await queue.settled();
  expect(seen).toEqual(["first begins", "first ends", "after an answer: the store is down", "third"]);
  queue.later(() => Promise.reject(new Error("again")));
  await queue.settled();
  expect(seen.at(-1)).toBe("after an answer: again");
});
