// Discord and Slack, each as its own webhook has it.
import { describe, expect, it } from "vitest";
import { createChatWebhook } from "#apps/notify/chat-webhook.ts";
import { DISCORD } from "#apps/notify/discord.ts";
import { SLACK } from "#apps/notify/slack.ts";
import { shorten } from "#apps/text/shorten.ts";
import { startWebhookServer } from "#test/apps/notify-server.ts";
import { notifierContract, someAlert } from "#test/contract/notifier.ts";
import { patience } from "#test/support/desk.ts";

const NASTY = "token <!channel> *bold* @everyone [click](https://evil.example) `x` & co";
const textOf = (body: string): string => String(JSON.parse(body)["content"] ?? JSON.parse(body)["text"]);
/** What people see: without the letters that keep markup from being markup. */
const seenText = (body: string): string => textOf(body).replaceAll(/\\(.)/g, "$1").replaceAll("&amp;", "&");

for (const service of [DISCORD, SLACK]) {
  notifierContract(service.channel, service.channel, async () => {
    const server = await startWebhookServer();
    return {
      notifier: createChatWebhook(server.url, service, () => 0),
      arrived: () => server.got.map(({ body }) => seenText(body)),
      breakWay: server.close,
      [Symbol.asyncDispose]: server.close,
    };
  });
}

describe("a Discord webhook", () => {
  it("gets content in which no name is markup or a call, and takes 204 for an answer", async () => {
    await using server = await startWebhookServer();
    server.answers.push(204);
    await createChatWebhook(server.url, DISCORD, () => 0).send(someAlert({ text: NASTY }), patience);
    const body = JSON.parse(server.got[0]?.body ?? "{}");
    expect(Object.keys(body)).toEqual(["content", "allowed_mentions", "flags"]);
    expect(body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 });
    expect(body.content).toContain(
      "token \\<!channel\\> \\*bold\\* \\@everyone \\[click\\]\\(https://evil.example\\) \\`x\\` & co",
    );
  });

  it("gets 2,000 letters at most", async () => {
    await using server = await startWebhookServer();
    const long = Array.from({ length: 60 }, (_, i) =>
      someAlert({ alertId: `a:${i}`, text: `${"word_ ".repeat(9)}${i}` }),
    );
    await createChatWebhook(server.url, DISCORD, () => 0).sendDigest?.(long, patience);
    const { content } = JSON.parse(server.got[0]?.body ?? "{}");
    expect(content.length).toBeLessThanOrEqual(2_000);
    expect(content).toMatch(/\n… \d+ more lines$/);
  });

  it("is asked nothing for as long as it says, in seconds with a fraction", async () => {
    await using server = await startWebhookServer();
    let nowMs = 1_000_000;
    const notifier = createChatWebhook(server.url, DISCORD, () => nowMs);
    server.answers.push({ status: 429, body: JSON.stringify({ message: "slow", retry_after: 1.5, global: false }) });
    await expect(notifier.send(someAlert(), patience)).rejects.toThrow(/answered 429/);
    nowMs += 1_499;
    await expect(notifier.send(someAlert(), patience)).rejects.toThrow(/wants to be left alone for 1 s more/);
    expect(server.got).toHaveLength(1);
    nowMs += 1;
    await notifier.send(someAlert(), patience);
    expect(server.got).toHaveLength(2);
  });
});

describe("a Slack webhook", () => {
  it("gets plain text with & < > escaped, and is left alone as its header says", async () => {
    await using server = await startWebhookServer();
    let nowMs = 1_000_000;
    const notifier = createChatWebhook(server.url, SLACK, () => nowMs);
    server.answers.push(
      { status: 429, headers: { "retry-after": "30" }, body: "rate_limited" },
      { status: 200, body: "ok" },
    );
    await expect(notifier.send(someAlert(), patience)).rejects.toThrow(/answered 429/);
    nowMs += 29_999;
    await expect(notifier.send(someAlert(), patience)).rejects.toThrow(/left alone/);
    nowMs += 1;
    await notifier.send(someAlert({ text: NASTY }), patience);
    const body = JSON.parse(server.got[1]?.body ?? "{}");
    expect(body).toMatchObject({ mrkdwn: false, unfurl_links: false, unfurl_media: false });
    expect(body.text).toContain("token &lt;!channel&gt; *bold* @everyone [click](https://evil.example) `x` &amp; co");
  });

  it("that says no time is left alone for half a minute, and its address is in no error", async () => {
    await using server = await startWebhookServer();
    let nowMs = 0;
    const notifier = createChatWebhook(server.url, SLACK, () => nowMs);
    server.answers.push(429, 410);
    const errorOf = (): Promise<unknown> => notifier.send(someAlert(), patience).catch((error: unknown) => error);
    const errors = [await errorOf(), await errorOf()];
    nowMs = 30_000;
    errors.push(await errorOf());
    expect(server.got).toHaveLength(2);
    expect(errors.map(String).join("\n")).not.toMatch(/S3CRET|hooks/);
    expect(String(errors[2])).toMatch(/answered 410/);
  });
});

describe("a text that is too long", () => {
  it("is cut between lines and says how many are missing; a single line is cut between letters", () => {
    expect(shorten("a\nb", 40)).toBe("a\nb");
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");
    const short = shorten(lines, 60);
    expect(short.length).toBeLessThanOrEqual(60);
    expect(short).toMatch(/^line 0\n.*\n… \d+ more lines$/s);
    const kept = short.split("\n").length - 1;
    expect(short).toContain(`… ${20 - kept} more`);
    const faces = "🙂".repeat(30);
    expect(shorten(faces, 40)).toBe(`${"🙂".repeat(19)}…`);
  });
});
