import { afterEach, describe, expect, it } from "vitest";
import { controlRow } from "#desk/acts/kinds/control.ts";
import { servedDesk } from "./served-desk.ts";

type Desk = Awaited<ReturnType<typeof servedDesk>>;
interface Told {
  readonly event: string;
  readonly id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function served(): Promise<Desk> {
  const desk = await servedDesk();
  open.push(desk.close);
  return desk;
}

/** Server-sent events as the standard has them: fields of a block, ended by an empty line. */
async function* eventsOf(response: Response): AsyncGenerator<Told> {
  let rest = "";
  if (response.body === null) throw new Error("no body");
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${text}`.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(
        block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
      );
      const event = fields.get("event");
      if (event === undefined) continue;
      yield { event, id: fields.get("id") ?? null, data: JSON.parse(fields.get("data") ?? "{}") as Told["data"] };
    }
  }
}

async function listen(desk: Desk, after?: string) {
  const ended = new AbortController();
  open.push(async () => ended.abort());
  const response = await desk.ask("/api/v1/events", {
    signal: ended.signal,
    headers: after === undefined ? {} : { "last-event-id": after },
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events = eventsOf(response);
  const next = async (): Promise<Told> => {
    const { value, done } = await events.next();
    if (done === true) throw new Error("the stream has ended");
    return value;
  };
  return { next, leave: () => ended.abort(), events };
}

const pause = (desk: Desk, reason: string) =>
  desk.append(controlRow(desk.desk, { action: "pause", strategyId: null, by: "me", reason }));

const reasonOf = ({ data }: Told) => data["reason"];

describe("a listener", () => {
  it("is greeted with who the desk is, and hears each row once it is durable, with its number", async () => {
    const desk = await served();
    const { next } = await listen(desk);
    expect(await next()).toMatchObject({ event: "hello", data: { venue: "sim", simulated: true } });
    await pause(desk, "one");
    const row = await next();
    expect(row).toMatchObject({ event: "journal", data: { type: "control", action: "pause", reason: "one" } });
    const rows = await desk.store
      .journal(desk.desk.deskId, desk.desk.runId)
      .read({ limit: 1 }, { signal: AbortSignal.any([]) });
    expect(row.id).toBe(`${desk.desk.runId}.${rows[0]?.seq}`);
    desk.feed.slotEnded(5);
    // It has no number of its own: whoever comes back resumes behind the row before it.
    expect(await next()).toEqual({ event: "slot", id: null, data: { slotMs: 5 } });
  });

  it("that was away gets what it missed, in order and once, then what happens", async () => {
    const desk = await served();
    const first = await listen(desk);
    await first.next();
    await pause(desk, "heard");
    const { id } = await first.next();
    first.leave();
    for (const reason of ["two", "three", "four"]) await pause(desk, reason);
    const second = await listen(desk, id ?? "");
    expect((await second.next()).event).toBe("hello");
    await pause(desk, "five");
    const told = [await second.next(), await second.next(), await second.next(), await second.next()];
    expect(told.map(reasonOf)).toEqual(["two", "three", "four", "five"]);
  });

  it.each(["other-run.3", "nonsense", "sim-1.99999999", ".", "x".repeat(500)])(
    "that comes with the id %j is told to read anew",
    async (id) => {
      const desk = await served();
      await pause(desk, "one");
      const { next } = await listen(desk, id);
      expect((await next()).event).toBe("hello");
      const reset = await next();
      expect([reset.event, reset.id]).toEqual(["reset", desk.feed.newestId()]);
      await pause(desk, "two");
      expect(reasonOf(await next())).toBe("two");
    },
  );

  it("that was away longer than can be told is told to read anew", async () => {
    const desk = await served();
    const { next, leave } = await listen(desk);
    const { id } = await next();
    leave();
    const many = Array.from({ length: 501 }, (_, n) =>
      controlRow(desk.desk, { action: "pause", strategyId: null, by: "me", reason: `${n}` }),
    );
    // Rows of one instant and one kind are one row; each needs a moment of its own.
    await desk.append(...many.map((row, n) => ({ ...row, atMs: (row.atMs + n) as typeof row.atMs })));
    const back = await listen(desk, id ?? "");
    expect([(await back.next()).event, (await back.next()).event]).toEqual(["hello", "reset"]);
  });

  it("hears the end: the stream is closed when the desk is", async () => {
    const desk = await served();
    const { events, next } = await listen(desk);
    await next();
    open.splice(open.indexOf(desk.close), 1);
    await desk.close();
    const rest: Told[] = [];
    for await (const event of events) rest.push(event);
    expect(rest).toEqual([]);
  });
});

describe("the feed's revision", () => {
  it("grows with every row and every slot, and stands still in between", async () => {
    const desk = await served();
    const before = desk.feed.revision();
    expect(desk.feed.revision()).toBe(before);
    const { next } = await listen(desk);
    await next();
    await pause(desk, "one");
    await next();
    expect(desk.feed.revision()).toBe(before + 1);
    desk.feed.slotEnded(1);
    desk.feed.thought();
    expect(desk.feed.revision()).toBe(before + 3);
  });
});
