// Floor 6. As much of OpenAPI 3.1 as the API's description uses.

/** Draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly responses: JsonSchema;
  readonly [member: string]: unknown;
}

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: JsonSchema;
  readonly servers: readonly JsonSchema[];
  readonly security: readonly JsonSchema[];
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>;
  readonly components: {
    readonly securitySchemes: JsonSchema;
    readonly responses: JsonSchema;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}
