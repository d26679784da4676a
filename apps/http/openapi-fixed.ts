// Floor 6. What the API has beside the commands, described by hand: the feed, who the desk is, its health, its figures.
import { API, OPENAPI_PATH } from "./api-route.ts";
import { refTo } from "./openapi-schemas.ts";
import type { JsonSchema, OpenApiDocument } from "./openapi-types.ts";

const text = (description: string): JsonSchema => ({ type: "string", description });
const flag = (description: string): JsonSchema => ({ type: "boolean", description });
const time = (description: string): JsonSchema => ({
  type: "integer",
  minimum: 0,
  description: `${description}; UTC epoch ms`,
});

/** All members are always there. */
const object = (properties: Readonly<Record<string, JsonSchema>>, description?: string): JsonSchema => ({
  type: "object",
  ...(description === undefined ? {} : { description }),
  properties,
  required: Object.keys(properties),
});

const ABOUT = {
  desk: text("id of the desk"),
  run: text("id of the run"),
  venue: text("the exchange, `sim` or `replay`"),
  simulated: flag("true where prices are invented"),
  timeframe: text("candle length"),
  quote: text("the settlement currency"),
};

export const FIXED_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Error: object({
    error: object({
      name: text("the kind of error, stable"),
      message: text("what was, what was expected, and what to do"),
      exitCode: {
        type: "integer",
        enum: [1, 2],
        description: "of the same command in a terminal: 2, it was used wrongly",
      },
    }),
  }),
  AnswerLine: {
    description:
      "one line of an answer that comes bit by bit: pieces of its text, then the whole document, or the error",
    oneOf: [
      object({ shown: text("the next piece of the text") }),
      object({ document: refTo("AskDocument") }),
      refTo("Error"),
    ],
  },
  About: object({
    name: text("always `deeptrader`"),
    version: text("of the package"),
    pid: { type: "integer", description: "process id" },
    ...ABOUT,
  }),
  EventHello: object(ABOUT, "the first event of every stream: who speaks"),
  EventSlot: object(
    { slotMs: time("the close of the slot") },
    "a slot has ended: memory, account and ledger may be others now",
  ),
  EventThought: object({ atMs: time("when") }, "something was bought of a model asleep, or a question was answered"),
  EventReset: object({}, "rows are missing between what was heard and now: read the documents anew"),
};

const json = (schema: JsonSchema) => ({ description: "done", content: { "application/json": { schema } } });
const OPEN = { security: [] };
const refusals = (...statuses: readonly number[]) =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Error${status}` }]));

const EVENTS =
  `Server-sent events. Each has a name and JSON as its data: \`hello\` (EventHello), \`journal\` (JournalRow), \`slot\`
(EventSlot), \`thought\` (EventThought), \`reset\` (EventReset). A \`journal\` event has an id; a listener who comes back with the last
one in the header Last-Event-ID goes on behind it, or hears \`reset\` where that cannot be. Lines that begin with a colon keep the
connection alive.`.replaceAll("\n", " ");

export const FIXED_PATHS: OpenApiDocument["paths"] = {
  [API]: {
    get: {
      operationId: "about",
      summary: "which desk this is",
      responses: { 200: json(refTo("About")), ...refusals(401, 403, 421, 429) },
    },
  },
  [OPENAPI_PATH]: {
    get: {
      operationId: "openapi",
      summary: "this description",
      responses: { 200: json({ type: "object" }), ...refusals(401, 403, 421, 429) },
    },
  },
  [`${API}/events`]: {
    get: {
      operationId: "events",
      summary: "what happens on the desk, as it happens",
      description: EVENTS,
      parameters: [
        { name: "Last-Event-ID", in: "header", required: false, schema: text("id of the last event that was heard") },
        { name: "after", in: "query", required: false, schema: text("the same, for those who can set no header") },
      ],
      responses: {
        200: {
          description: "the stream, which does not end by itself",
          content: {
            "text/event-stream": {
              schema: text("events of the kinds above"),
              "x-event-data": {
                hello: refTo("EventHello"),
                journal: refTo("JournalRow"),
                slot: refTo("EventSlot"),
                thought: refTo("EventThought"),
                reset: refTo("EventReset"),
              },
            },
          },
        },
        ...refusals(401, 403, 421, 429, 503),
      },
    },
  },
  [`${API}/login-code`]: {
    post: {
      operationId: "loginCode",
      summary: "a one-time code that lets a browser in",
      responses: { 200: json(object({ code: text("for the address /login?code=") })), ...refusals(401, 403, 421, 429) },
    },
  },
  "/health": {
    get: {
      operationId: "health",
      summary: "whether the process answers",
      ...OPEN,
      responses: { 200: json(object({ status: { type: "string", const: "ok" } })), ...refusals(421) },
    },
  },
  "/ready": {
    get: {
      operationId: "ready",
      summary: "whether the desk does its work; 503 where not, with its reasons",
      responses: { 200: json({ type: "object" }), 503: json({ type: "object" }), ...refusals(401, 421, 429) },
    },
  },
  "/metrics": {
    get: {
      operationId: "metrics",
      summary: "figures for Prometheus",
      responses: {
        200: { description: "done", content: { "text/plain": { schema: text("in its text format") } } },
        ...refusals(401, 403, 421, 429),
      },
    },
  },
};
