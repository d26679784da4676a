// JSON Schema (draft 2020-12), as much of it as zod writes: what is wrong with a value. Another voice than zod's own.
type Schema = Readonly<Record<string, unknown>>;
export type Resolve = (ref: string) => Schema;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** Read by people, or of no consequence to a value. */
const WORDS = new Set(["description", "default", "format", "title", "$ref"]);

const list = (value: unknown): readonly Schema[] => (value ?? []) as readonly Schema[];

/** @throws Error for a keyword that is not known here: it would be passed over otherwise */
export function wrongWith(schema: Schema, value: unknown, resolve: Resolve, at = ""): readonly string[] {
  const faults: string[] = [];
  const inside = (of: Schema, one: unknown, where = at) => faults.push(...wrongWith(of, one, resolve, where));
  const fits = (of: Schema): boolean => wrongWith(of, value, resolve, at).length === 0;
  const fault = (isWrong: boolean, keyword: string): void => void (isWrong && faults.push(`${at}: ${keyword}`));
  const own = TYPES["object"]?.(value) ? (value as Readonly<Record<string, unknown>>) : {};
  const items = Array.isArray(value) ? value : [];
  if (typeof schema["$ref"] === "string") inside(resolve(schema["$ref"]), value);
  const known = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  const prefix = list(schema["prefixItems"]);
  for (const [keyword, wants] of Object.entries(schema)) {
    if (WORDS.has(keyword) || keyword === "prefixItems") continue;
    const number = Number(wants);
    switch (keyword) {
      case "type":
        fault(![wants].flat().some((type) => TYPES[String(type)]?.(value)), `is no ${wants}`);
        break;
      case "enum":
        fault(!list(wants).includes(value as never), "is not in the list");
        break;
      case "const":
        fault(wants !== value, `is not ${wants}`);
        break;
      case "anyOf":
        fault(!list(wants).some(fits), "fits none");
        break;
      case "oneOf":
        fault(list(wants).filter(fits).length !== 1, "fits not exactly one");
        break;
      case "allOf":
        for (const one of list(wants)) inside(one, value);
        break;
      case "properties":
        for (const [key, of] of Object.entries(known)) if (key in own) inside(of, own[key], `${at}.${key}`);
        break;
      case "required":
        for (const key of wants as readonly string[])
          fault(TYPES["object"]?.(value) === true && !(key in own), `${key} is missing`);
        break;
      case "additionalProperties":
        for (const key of Object.keys(own)) if (!(key in known)) inside(wants as Schema, own[key], `${at}.${key}`);
        break;
      case "propertyNames":
        for (const key of Object.keys(own)) inside(wants as Schema, key, `${at}{${key}}`);
        break;
      case "items":
        for (const [i, one] of items.entries()) {
          const of = prefix[i] ?? (wants as Schema | false);
          if (of === false) fault(true, "is too long");
          else inside(of, one, `${at}[${i}]`);
        }
        break;
      case "minItems":
        fault(Array.isArray(value) && items.length < number, "is too short");
        break;
      case "maxItems":
        fault(items.length > number, "is too long");
        break;
      case "minLength":
        fault(typeof value === "string" && value.length < number, "is too short");
        break;
      case "maxLength":
        fault(typeof value === "string" && value.length > number, "is too long");
        break;
      case "pattern":
        fault(typeof value === "string" && !new RegExp(String(wants), "u").test(value), "has another form");
        break;
      case "minimum":
        fault(typeof value === "number" && value < number, "is too small");
        break;
      case "maximum":
        fault(typeof value === "number" && value > number, "is too large");
        break;
      case "exclusiveMinimum":
        fault(typeof value === "number" && value <= number, "is too small");
        break;
      case "exclusiveMaximum":
        fault(typeof value === "number" && value >= number, "is too large");
        break;
      default:
        throw new Error(`${at}: the keyword ${keyword} is not known here`);
    }
  }
  return faults;
}
