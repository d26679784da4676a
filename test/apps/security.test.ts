// `security SYMBOL|CHAIN:ADDRESS` on a desk without token sources: what an exchange adds is in exchange.slow.test.ts.
import { expect, it } from "vitest";
import { securityCommand } from "#apps/commands/security.ts";
import type { SecurityDocument } from "#desk/security/security-document.ts";
import { UnknownNameError, UsageError } from "#schemas/errors.ts";
import { simulatedDesk } from "./simulated-desk.ts";

it("says the verdict first, then whether it is entered, then whose word it is", async () => {
  const { run } = await simulatedDesk();
  const { document, text } = await run<SecurityDocument>(securityCommand, {}, ["LINK"]);
  const [verdict, entered, ...rest] = text.split("\n").filter((line) => line !== "" && !line.includes("SIMULATED"));
  expect(document).toMatchObject({ symbol: "LINK/USDT", security: { verdict: "clear" }, bars: false });
  expect(verdict).toMatch(/^LINK\/USDT, 0x[0-9a-f]+ on \w+ {2}clear: /);
  expect(entered).toBe("Security bars no entry.");
  expect(rest.join("\n")).toMatch(/simulated: seen \d{4}-\d\d-\d\d \d\d:\d\d UTC, holds until /);
});

it.each(["1:0x5149", "solana:0x514910771af9ca656af840dff83e8264ecf986ca", ":", "1:"])(
  "takes %j for a contract that was typed wrong, not for a market",
  async (typed) => {
    const { run } = await simulatedDesk();
    await expect(run(securityCommand, {}, [typed])).rejects.toThrow(UsageError);
    await expect(run(securityCommand, {}, [typed])).rejects.toThrow(/CHAIN:ADDRESS/);
  },
);

it("names near markets for one that there is not", async () => {
  const { run } = await simulatedDesk();
  await expect(run(securityCommand, {}, ["LNIK"])).rejects.toThrow(UnknownNameError);
  await expect(run(securityCommand, {}, ["LNIK"])).rejects.toThrow(/LINK\/USDT/);
});
