// Floor 6. The running desk's door: commands of other terminals, on 127.0.0.1 and with the token of desk.json only.
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { stream } from "hono/streaming";
import { z } from "zod";
import type { CommandOptions } from "./command.ts";
import { type DeskRequest, LINES } from "./desk-client.ts";
import { errorDocument } from "./error-document.ts";

const Request = z.object({ command: z.string(), args: z.array(z.string()), flags: z.record(z.string(), z.unknown()) });

export interface DeskServer {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/** Gives a command's document; a text that comes bit by bit is told as it comes. */
type Handle = (request: DeskRequest, onShown: CommandOptions["onShown"]) => Promise<unknown>;

/**
 * Serves `POST /command`: one JSON document, or with `accept: application/x-ndjson` one line a piece of text
 * (`{"shown": …}`), then one line with the document.
 */
export async function startDeskServer(handle: Handle): Promise<DeskServer> {
  const token = randomBytes(32).toString("hex");
  const expected = Buffer.from(`Bearer ${token}`);
  const app = new Hono();
  app.use(async (context, next) => {
    const given = Buffer.from(context.req.header("authorization") ?? "");
    const known = given.length === expected.length && timingSafeEqual(given, expected);
    if (!known) return context.json({ error: "unauthorised" }, 401);
    return next();
  });
  app.get("/health", (context) => context.json({ pid: process.pid }));
  app.post("/command", async (context) => {
    const answer = async (onShown: CommandOptions["onShown"]): Promise<object> => {
      try {
        const request = Request.parse(await context.req.json());
        return { document: await handle(request, onShown) };
      } catch (error) {
        return { error: errorDocument(error) };
      }
    };
    if (context.req.header("accept") !== LINES) return context.json(await answer(undefined));
    context.header("content-type", LINES);
    return stream(context, async (out) => {
      const line = (value: object): Promise<unknown> => out.write(`${JSON.stringify(value)}\n`);
      let written: Promise<unknown> = Promise.resolve();
      const reply = await answer((shown) => {
        written = written.then(() => line({ shown }));
      });
      await written;
      await line(reply);
    });
  });
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  return {
    port: (server.address() as AddressInfo).port,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // An idle keep-alive connection must not hold the desk open.
        if ("closeIdleConnections" in server) server.closeIdleConnections();
      }),
  };
}
