// The handlers of Mastra's own server, which Studio's pages ask, called as the server calls them: what is sent is parsed by the
// route's schemas, and what comes back is checked by them.
import { Mastra } from "@mastra/core/mastra";
import { RequestContext } from "@mastra/core/request-context";
import { InMemoryStore, MastraCompositeStore, type ObservabilityStorage } from "@mastra/core/storage";
import * as routes from "@mastra/server/handlers/observability";

interface Schema {
  parse(value: unknown): unknown;
}

interface Route {
  readonly pathParamSchema?: Schema;
  readonly queryParamSchema?: Schema;
  readonly bodySchema?: Schema;
  readonly responseSchema?: Schema;
  handler(params: never): Promise<unknown>;
}

export interface StudioCall {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

type RouteName = {
  [Name in keyof typeof routes]: (typeof routes)[Name] extends Route ? Name : never;
}[keyof typeof routes];

const ROUTES: ReadonlyMap<string, unknown> = new Map(Object.entries(routes));

/** @returns what goes over the wire. It throws as the handler does: an HTTPException with the status and the message */
export const studioServer =
  (mastra: Mastra) =>
  async <Answer>(name: RouteName, { path = {}, query = {}, body = {} }: StudioCall = {}): Promise<Answer> => {
    const { pathParamSchema, queryParamSchema, bodySchema, responseSchema, handler } = ROUTES.get(name) as Route;
    const parsed = (schema: Schema | undefined, value: object) => (schema?.parse(value) ?? {}) as object;
    const params = {
      ...parsed(pathParamSchema, path),
      ...parsed(queryParamSchema, query),
      ...parsed(bodySchema, body),
    };
    const answer = await handler({ mastra, requestContext: new RequestContext(), ...params } as never);
    responseSchema?.parse(answer);
    return JSON.parse(JSON.stringify(answer)) as Answer;
  };

/** A server whose observability storage is this one. */
export const studioServerOf = (observability: ObservabilityStorage) => {
  const storage = new MastraCompositeStore({ id: "test", default: new InMemoryStore(), domains: { observability } });
  return studioServer(new Mastra({ storage, logger: false }));
};
