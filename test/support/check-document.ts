// A document against the schema that says what it is, more strictly than the schema would: no member that it does not name, and
// every member that was met is noted.
import { z } from "zod";

/** Members met, by the schema of the object that has them. */
export type Seen = Map<object, Set<string>>;

type Schema = z.core.$ZodTypes;
type Fault = string;

/** What is wrong with a value that came out of JSON; nothing is noted of one that is wrong. */
export function faultsOf(schema: z.core.$ZodType, value: unknown, seen: Seen, at = ""): readonly Fault[] {
  const { def } = (schema as Schema)._zod;
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return value === undefined && def.type === "optional" ? [] : faultsOf(def.innerType, value, seen, at);
    case "nullable":
      return value === null ? [] : faultsOf(def.innerType, value, seen, at);
    case "pipe":
      return faultsOf(def.out, value, seen, at);
    case "union":
      return faultsOfUnion(def.options, value, seen, at);
    case "array":
      return Array.isArray(value)
        ? value.flatMap((one, i) => faultsOf(def.element, one, seen, `${at}[${i}]`))
        : [`${at} is no list`];
    case "record":
      return Object.entries(value ?? {}).flatMap(([key, one]) => [
        ...faultsOf(def.keyType, key, seen, `${at}{${key}}`),
        ...faultsOf(def.valueType, one, seen, `${at}{${key}}`),
      ]);
    case "object":
      return faultsOfObject(def, value, seen, at);
    default: {
      const parsed = z.safeParse(schema, value);
      return parsed.success ? [] : parsed.error.issues.map(({ message }) => `${at}: ${message}`);
    }
  }
}

function faultsOfObject(def: z.core.$ZodObjectDef, value: unknown, seen: Seen, at: string): readonly Fault[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at} is no object`];
  const { shape } = def;
  const given = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).flatMap((key) => (key in shape ? [] : [`${at}.${key} is not in the schema`]));
  const missing = Object.entries(shape).flatMap(([key, of]) =>
    key in given || (of as Schema)._zod.optout === "optional" ? [] : [`${at}.${key} is missing`],
  );
  const inside = Object.entries(shape).flatMap(([key, of]) =>
    key in given ? faultsOf(of as Schema, given[key], seen, `${at}.${key}`) : [],
  );
  const faults = [...unknown, ...missing, ...inside];
  if (faults.length === 0) {
    const members = seen.get(def) ?? new Set();
    seen.set(def, members);
    for (const key of Object.keys(given)) members.add(key);
  }
  return faults;
}

/** Those of the nearest option where none fits. */
function faultsOfUnion(options: readonly z.core.$ZodType[], value: unknown, seen: Seen, at: string): readonly Fault[] {
  let nearest: readonly Fault[] | null = null;
  for (const option of options) {
    const own: Seen = new Map();
    const faults = faultsOf(option, value, own, at);
    if (faults.length === 0) {
      merge(seen, own);
      return [];
    }
    if (nearest === null || faults.length < nearest.length) nearest = faults;
  }
  return nearest ?? [`${at} fits nothing`];
}

export function merge(into: Seen, from: Seen): void {
  for (const [def, keys] of from) into.set(def, new Set([...(into.get(def) ?? []), ...keys]));
}

/** Every member of every object that the schema can have, as `path.key`, by the first path that leads to it. */
export function membersOf(schema: z.core.$ZodType, at: string, found = new Map<object, Map<string, string>>()) {
  const { def } = (schema as Schema)._zod;
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
    case "nullable":
      membersOf(def.innerType, at, found);
      break;
    case "pipe":
      membersOf(def.out, at, found);
      break;
    case "union":
      for (const option of def.options) membersOf(option, at, found);
      break;
    case "array":
      membersOf(def.element, `${at}[]`, found);
      break;
    case "record":
      membersOf(def.valueType, `${at}{}`, found);
      break;
    case "object": {
      if (found.has(def)) break;
      const own = new Map<string, string>();
      found.set(def, own);
      const name = kindOf(def.shape);
      for (const [key, of] of Object.entries(def.shape)) {
        own.set(key, `${at}${name}.${key}`);
        membersOf(of, `${at}${name}.${key}`, found);
      }
      break;
    }
    default:
  }
  return found;
}

/** `<fill>`: what tells an option of a union from the others. */
function kindOf(shape: Readonly<Record<string, z.core.$ZodType>>): string {
  const values = Object.values(shape).flatMap((of) => {
    const { def } = (of as Schema)._zod;
    return def.type === "literal" ? def.values : [];
  });
  return values.length === 0 ? "" : `<${values.join(" ")}>`;
}
