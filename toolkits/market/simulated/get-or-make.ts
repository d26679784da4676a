// Floor 2. A map, a key and a way to make its value → the value, made once for as long as the map keeps it.

/** The value under `key`; where there is none, what `make` gives, kept there. `undefined` counts as none. */
export function getOrMake<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: NoInfer<V>): unknown },
  key: K,
  make: () => V,
): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
