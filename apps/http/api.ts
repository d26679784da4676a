// Floor 6. Every command that works on an opened desk → a route: GET for those that only read, POST for the others. The answer is
// the document that `--json` prints, to the letter.
import { type Context, Hono } from "hono";
import { stream } from "hono/streaming";
import { UnknownNameError, UsageError } from "#schemas/errors.ts";
import type { CommandOptions } from "../command.ts";
import { DESK_COMMANDS } from "../desk-commands.ts";
import type { Door } from "../door.ts";
import { type ErrorDocument, errorDocument } from "../error-document.ts";
import { inputOf, LINES, pathOf } from "./api-route.ts";
import { type HttpEnv, refused } from "./guards.ts";

/** What a person reads. */
const TEXT = "text/plain";

type Values = Readonly<Record<string, unknown>>;

/** Of what went wrong: 400 used wrongly, 404 a name that is not there, 409 not in this state, 500 the rest. */
function statusOf(error: unknown, { exitCode, name }: ErrorDocument): 400 | 404 | 409 | 500 {
  if (error instanceof UsageError || exitCode === 2) return 400;
  if (error instanceof UnknownNameError) return 404;
  return name === "HomeLockedError" || name === "PositionError" ? 409 : 500;
}

const failed = (context: Context, error: unknown) => {
  const document = errorDocument(error);
  return context.json({ error: document }, statusOf(error, document));
};

/** Mounted at `/`: the paths are whole. */
export function apiRoutes(door: Door): Hono<HttpEnv> {
  const api = new Hono<HttpEnv>();
  for (const { name, reads } of DESK_COMMANDS) {
    const answer = (values: Values, onShown?: CommandOptions["onShown"]) =>
      door.run(name, inputOf(name, values), { onShown });
    if (reads === true) {
      api.get(pathOf(name), async (context) => {
        try {
          return answered(context, { door, name, document: await answer(context.req.query()) });
        } catch (error) {
          return failed(context, error);
        }
      });
      continue;
    }
    api.post(pathOf(name), async (context) => {
      const values = await bodyOf(context);
      if (values instanceof Response) return values;
      if (context.req.header("accept") === LINES) return inLines(context, (onShown) => answer(values, onShown));
      try {
        return answered(context, { door, name, document: await answer(values) });
      } catch (error) {
        return failed(context, error);
      }
    });
  }
  return api;
}

/** `accept: text/plain` is given what the terminal shows, with 409 where the command did not do what it is for. */
function answered(
  context: Context,
  { door, name, document }: { readonly door: Door; readonly name: string; readonly document: unknown },
) {
  if (context.req.header("accept") !== TEXT) return context.json(document as object);
  return context.text(door.text(name, document), door.failed(name, document) ? 409 : 200);
}

/** A form of another site cannot send JSON without being asked about; so JSON it has to be. */
async function bodyOf(context: Context): Promise<Values | Response> {
  if (!/^application\/json\b/.test(context.req.header("content-type") ?? ""))
    return refused(context, 415, "Send a JSON object (content-type: application/json).");
  try {
    const body: unknown = await context.req.json();
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Values;
  } catch {
    // Said below.
  }
  return refused(context, 400, "The body is not a JSON object.");
}

/** A text that comes bit by bit: one `{"shown": …}` a line, then a line with the document, or the error. */
function inLines(context: Context, answer: (onShown: NonNullable<CommandOptions["onShown"]>) => Promise<unknown>) {
  context.header("content-type", LINES);
  return stream(context, async (out) => {
    const line = (value: object): Promise<unknown> => out.write(`${JSON.stringify(value)}\n`);
    let written: Promise<unknown> = Promise.resolve();
    const reply = await answer((shown) => {
      written = written.then(() => line({ shown }));
    }).then(
      (document) => ({ document }),
      (error: unknown) => ({ error: errorDocument(error) }),
    );
    await written;
    await line(reply);
  });
}
