// Floor 2. The built-in functions that the product's own arithmetic goes through: whether a user's code has put others in their place.

/** One of them, as it was. */
export interface BuiltIn {
  readonly holder: object;
  readonly name: string;
  readonly key: string;
  readonly value: unknown;
}

const HOLDERS: Readonly<Record<string, object>> = {
  Array,
  "Array.prototype": Array.prototype,
  "Float64Array.prototype": Float64Array.prototype,
  "TypedArray.prototype": Object.getPrototypeOf(Float64Array.prototype),
  TypedArray: Object.getPrototypeOf(Float64Array),
  Object,
  "Object.prototype": Object.prototype,
  "Map.prototype": Map.prototype,
  "Set.prototype": Set.prototype,
  "WeakMap.prototype": WeakMap.prototype,
  "Function.prototype": Function.prototype,
  "Promise.prototype": Promise.prototype,
  "String.prototype": String.prototype,
  "Number.prototype": Number.prototype,
  Number,
  Math,
  JSON,
  Reflect,
};

const valueIn = ({ value, get }: PropertyDescriptor): unknown => get ?? value;

/** All of them, as they are now. */
export const BUILT_INS = (): readonly BuiltIn[] =>
  Object.entries(HOLDERS).flatMap(([name, holder]) =>
    Object.entries(Object.getOwnPropertyDescriptors(holder)).map(([key, descriptor]) => ({
      holder,
      name,
      key,
      value: valueIn(descriptor),
    })),
  );

/** Names of those that are others now, or stand before one of the same name that was reached until now. */
export function changedBuiltIns(before: readonly BuiltIn[]): readonly string[] {
  const changed = before.filter(({ holder, key, value }) => {
    const now = Object.getOwnPropertyDescriptor(holder, key);
    return now === undefined || !Object.is(valueIn(now), value);
  });
  const known = new Set(before.map(({ name, key }) => `${name}.${key}`));
  const hiding = BUILT_INS().filter(
    ({ holder, name, key }) => !known.has(`${name}.${key}`) && key in (Object.getPrototypeOf(holder) ?? {}),
  );
  return [...changed, ...hiding].map(({ name, key }) => `${name}.${key}`);
}
