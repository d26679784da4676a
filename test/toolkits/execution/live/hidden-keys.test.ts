// A venue that repeats what it was sent: neither the key nor its secret is in the answer that the desk reads, in whatever form it came.
import { expect, it } from "vitest";
import { hidingKeys } from "#toolkits/execution/live/hidden-keys.ts";
import { type SigningClient, signedCalls } from "#toolkits/execution/live/http-call.ts";

it("hides key, secret and passphrase in the answer, plain, in JSON and in an address", async () => {
  const keys = { apiKey: "canary/key", secret: "-----BEGIN\ncanary\nEND-----", password: "canary pass" };
  const repeated = Object.values(keys);
  const body = JSON.stringify({ msg: [...repeated, ...repeated.map(encodeURIComponent)].join(" ") });
  const client = {
    ...keys,
    fetch: async () => client.handleErrors(400, "", "", "", {}, body),
    handleErrors: (..._: readonly unknown[]) => {},
    privatePostOrder: () => client.fetch(),
  };
  const call = signedCalls(client as unknown as SigningClient, () => 1 as never);
  const answer = await call("privatePostOrder", {}, { signal: new AbortController().signal });
  if (answer.type !== "answer") throw new Error(answer.type);
  expect(answer.body).not.toContain("canary");
  expect(answer.json).toEqual({ msg: "[hidden] [hidden] [hidden] [hidden] [hidden] [hidden]" });
});

it("hides them before what went wrong is cut to its length, so that no beginning of one is left", async () => {
  const secret = "canary-of-the-secret";
  for (let at = 150; at < 220; at += 1) {
    const client = {
      secret,
      fetch: async () => {
        throw new Error(`${"x".repeat(at)}${secret}`);
      },
      handleErrors: () => {},
      privatePostOrder: () => client.fetch(),
    };
    const call = signedCalls(client as unknown as SigningClient, () => 1 as never);
    const answer = await call("privatePostOrder", {}, { signal: new AbortController().signal });
    expect(JSON.stringify(answer)).not.toMatch(/canary/);
  }
});

it("hides the longer of two of which one begins as the other does", () => {
  const hide = hidingKeys(() => ["canary", "canary-and-more", null, "abc"]);
  expect(hide("canary-and-more, canary, abc")).toBe("[hidden], [hidden], abc");
});
