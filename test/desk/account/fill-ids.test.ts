import { expect, it } from "vitest";
import { AccountViews } from "#desk/account/account-views.ts";
import { buy } from "#test/toolkits/portfolio/fixture.ts";

it("an account knows the newest 50,000 fills, which are those of any order that can still tell of one", () => {
  const views = new AccountViews(true, () => 0);
  const fill = buy("1", "100");
  for (let nth = 1; nth <= 50_001; nth += 1) views.take({ ...fill, fill: { ...fill.fill, fillId: `fill ${nth}` } });
  expect([1, 2, 50_001].map((nth) => views.fillIds.has(`fill ${nth}`))).toEqual([false, true, true]);
});
