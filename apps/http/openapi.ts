// Floor 6. The commands, their words and their documents → the API's description in OpenAPI 3.1. Pure.
import type { DeskCommand } from "../command.ts";
import type { CommandWords } from "../command-words.ts";
import { LINES, type Parameter, parametersOf, pathOf } from "./api-route.ts";
import { FIXED_PATHS, FIXED_SCHEMAS } from "./openapi-fixed.ts";
import { documentName, documentSchemas, refTo } from "./openapi-schemas.ts";
import type { JsonSchema, OpenApiDocument } from "./openapi-types.ts";

/** They do something in the terminal where they are typed, and nothing in a document. */
const OF_THE_TERMINAL: ReadonlySet<string> = new Set(["csv", "html", "export", "exportFormat"]);

/** By status: when it is given. Those of a body are of POST alone. */
const ERRORS = {
  400: "used wrongly: a value is unknown, missing or outside what is taken",
  401: "no token, or one that is not known",
  403: "the token may only read, or the request comes from another site",
  404: "a name that is not there: a market, a strategy, an id",
  409: "not in this state: another holds what it needs, or the position does not allow it",
  421: "asked under a name that this desk does not answer to",
  429: "too many requests",
  500: "it failed",
  503: "the desk could not answer now",
} as const;
const ERRORS_OF_BODY = { 413: "the body is too large", 415: "the body is not sent as JSON" } as const;

/**
 * @param words of every command, those that no desk answers among them
 * @param version of the package; the path has the API's own
 */
export function openApiOf(
  commands: readonly DeskCommand[],
  words: readonly CommandWords[],
  { version }: { readonly version: string },
): OpenApiDocument {
  const byName = new Map(words.map((one) => [one.name, one]));
  const paths = commands.map((command) => [pathOf(command.name), pathItem(command, byName.get(command.name))] as const);
  return {
    openapi: "3.1.0",
    info: {
      title: "DeepTrader",
      version,
      description:
        "Every command of a running desk. A document is what the command line prints with --json, to the letter; its members keep their names within a version of the path, and others may be added. Times are UTC epoch ms, amounts of money and coins decimal strings, percent 0 to 100.",
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }],
    paths: { ...FIXED_PATHS, ...Object.fromEntries(paths) },
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "A token of this desk. One that may only read is taken by GET alone.",
        },
      },
      responses: Object.fromEntries(
        Object.entries({ ...ERRORS, ...ERRORS_OF_BODY }).map(([status, description]) => [
          `Error${status}`,
          { description, content: { "application/json": { schema: refTo("Error") } } },
        ]),
      ),
      schemas: { ...FIXED_SCHEMAS, ...documentSchemas(commands) },
    },
  };
}

/** `accept: text/plain`: what the terminal shows; 409 where the command did not do what it is for. */
const TEXT = { "text/plain": { schema: { type: "string", description: "what the terminal shows" } } } as const;

function pathItem(command: DeskCommand, words: CommandWords | undefined) {
  const parameters = (words === undefined ? [] : parametersOf(words)).filter(({ name }) => !OF_THE_TERMINAL.has(name));
  const what = { operationId: operationId(command.name), summary: words?.summary ?? command.name };
  const document = { schema: refTo(documentName(command.name)) };
  if (command.reads === true) {
    const responses = { 200: ok({ "application/json": document }), ...errorsOf(ERRORS) };
    return { get: { ...what, parameters: parameters.map(queryParameter), responses } };
  }
  const pieces = command.name === "ask" ? { [LINES]: { schema: refTo("AnswerLine") } } : {};
  const responses = {
    200: ok({ "application/json": document, ...TEXT, ...pieces }),
    ...errorsOf({ ...ERRORS, ...ERRORS_OF_BODY }),
  };
  const required = parameters.some(({ isRequired }) => isRequired);
  const requestBody = { required: true, content: { "application/json": { schema: bodySchema(parameters) } } };
  return {
    post: { ...what, requestBody, ...(required ? {} : { description: "`{}` where nothing is given." }), responses },
  };
}

/** `memory list` → `memoryList` */
const operationId = (command: string): string =>
  command.replace(/[ -]([a-z])/g, (_, letter: string) => letter.toUpperCase());

const ok = (content: JsonSchema) => ({ description: "the document of the command", content });

const errorsOf = (errors: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(errors).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]));

const valueSchema = ({ hasValue }: Parameter): JsonSchema => ({ type: hasValue ? "string" : "boolean" });

const queryParameter = (parameter: Parameter) => ({
  name: parameter.name,
  in: "query",
  required: parameter.isRequired,
  description: parameter.help,
  schema: valueSchema(parameter),
});

const bodySchema = (parameters: readonly Parameter[]): JsonSchema => ({
  type: "object",
  properties: Object.fromEntries(
    parameters.map((parameter) => [parameter.name, { ...valueSchema(parameter), description: parameter.help }]),
  ),
  required: parameters.filter(({ isRequired }) => isRequired).map(({ name }) => name),
  additionalProperties: false,
});
