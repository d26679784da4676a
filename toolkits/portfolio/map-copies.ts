// Floor 2, portfolio. A map → a copy with one entry more or less, in the same order. Pure.

/** A copy with this entry put. */
export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): Map<K, V> => copyOf(map).set(key, value);

/** A copy without this key. */
export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> {
  const copy = copyOf(map);
  copy.delete(key);
  return copy;
}

/** `new Map(map)` makes an array of every entry, and takes twice as long; every event of an order copies a map. */
function copyOf<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  const copy = new Map<K, V>();
  map.forEach((value, key) => {
    copy.set(key, value);
  });
  return copy;
}
