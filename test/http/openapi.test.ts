// The API's description: whole in itself, of every route there is, and true of the documents that desks give.
import { describe, expect, it } from "vitest";
import { COMMANDS } from "#apps/command-words.ts";
import { DESK_COMMANDS } from "#apps/desk-commands.ts";
import { apiRoutes } from "#apps/http/api.ts";
import { pathOf } from "#apps/http/api-route.ts";
import { eventRoutes } from "#apps/http/events.ts";
import { openApiOf } from "#apps/http/openapi.ts";
import { documentName } from "#apps/http/openapi-schemas.ts";
import { wrongWith } from "#test/support/json-schema.ts";
import { everyDocument } from "./every-document.ts";

const description = JSON.parse(JSON.stringify(openApiOf(DESK_COMMANDS, COMMANDS, { version: "1.2.3" })));
const { paths, components } = description;
const operations: readonly (readonly [path: string, method: string, operation: Record<string, unknown>])[] =
  Object.entries(paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [path, method, operation] as const),
  );

const resolve = (ref: string) => {
  const [, , kind, name] = ref.split("/");
  return components[kind ?? ""]?.[name ?? ""];
};

/** Every object in it, with the way to it. */
function* objectsIn(value: unknown, at = ""): Generator<readonly [string, Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [key, one] of Object.entries(value)) yield* objectsIn(one, `${at}/${key}`);
}

describe("the description of the API", () => {
  it("is OpenAPI 3.1 of this package's version, and its references lead somewhere", () => {
    expect(description).toMatchObject({ openapi: "3.1.0", info: { title: "DeepTrader", version: "1.2.3" } });
    const refs = [...objectsIn(description)].flatMap(([, { $ref }]) => (typeof $ref === "string" ? [$ref] : []));
    expect(refs.length).toBeGreaterThan(200);
    expect([...new Set(refs)].filter((ref) => !ref.startsWith("#/components/") || resolve(ref) === undefined)).toEqual(
      [],
    );
    const ofSchemas = Object.keys(components.schemas).filter((name) => !refs.includes(`#/components/schemas/${name}`));
    expect(ofSchemas).toEqual([]);
  });

  it("has one name for each operation, a summary, an answer, and how it is refused", () => {
    const ids = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, , { summary, responses }] of operations) {
      expect([path, typeof summary]).toEqual([path, "string"]);
      expect(Object.keys(responses as object)).toEqual(expect.arrayContaining(["200", "421"]));
    }
  });

  it("has every route of the server, and no other of its version", () => {
    const never = new AbortController().signal;
    const app = [...apiRoutes({} as never).routes, ...eventRoutes({} as never, never).routes];
    const served = app.map(({ method, path }) => `${method.toLowerCase()} ${path}`);
    const described = operations.map(([path, method]) => `${method} ${path}`);
    expect(served.filter((route) => !described.includes(route))).toEqual([]);
    const others = described.filter((route) => !served.includes(route));
    expect(others.sort()).toEqual([
      "get /api/v1",
      "get /api/v1/openapi.json",
      "get /health",
      "get /metrics",
      "get /ready",
      "post /api/v1/login-code",
    ]);
  });

  it("asks by query for what only reads, and by a JSON object for what acts", () => {
    expect(paths["/api/v1/memory/show"].get.parameters).toEqual([
      expect.objectContaining({ name: "symbol", in: "query", required: true, schema: { type: "string" } }),
    ]);
    const { schema } = paths["/api/v1/close"].post.requestBody.content["application/json"];
    expect(schema).toMatchObject({ required: ["symbol"], additionalProperties: false });
    expect(schema.properties).toMatchObject({ symbol: { type: "string" }, yes: { type: "boolean" } });
    expect(Object.keys(paths["/api/v1/ask"].post.responses["200"].content)).toContain("application/x-ndjson");
    for (const { name, reads } of DESK_COMMANDS)
      expect(Object.keys(paths[pathOf(name)])).toEqual([reads ? "get" : "post"]);
  });

  it("says of every figure what it is", () => {
    const isFigure = (of: Record<string, unknown>) =>
      [of["type"]].flat().some((type) => type === "number" || type === "integer");
    const unsaid = [...objectsIn(components.schemas)].flatMap(([at, { properties }]) =>
      Object.entries((properties ?? {}) as Record<string, Record<string, unknown>>).flatMap(([key, of]) => {
        const all = [of, ...((of["anyOf"] ?? []) as Record<string, unknown>[])];
        return all.some(isFigure) && !all.some(({ description: said }) => said !== undefined) ? [`${at}.${key}`] : [];
      }),
    );
    expect(unsaid).toEqual([]);
  });

  it("is true of the documents of every command", { timeout: 300_000 }, async () => {
    const { said } = await everyDocument();
    const wrong = said.flatMap(({ command, document }) =>
      wrongWith(components.schemas[documentName(command)], document, resolve, command),
    );
    expect(wrong).toEqual([]);
  });
});
