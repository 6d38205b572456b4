export interface BoundedCache<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
}

/**
 * A cache of at most `most` values: the one that was neither read nor written for longest makes room for a new one.
 *
 * @example
 * const closes = makeBoundedCache<string, number>(2);
 * for (const [symbol, close] of [['TCS', 3500], ['INFY', 1510], ['M&M', 2890]] as const) closes.set(symbol, close);
 * closes.get('TCS') // undefined: it made room for M&M
 */
export function makeBoundedCache<K, V extends {} | null>(most: number): BoundedCache<K, V> {
  // A Map keeps its keys in the order in which they were put in: the first is the one to leave.
  const kept = new Map<K, V>();
  const put = (key: K, value: V): void => {
    kept.delete(key);
    kept.set(key, value);
  };
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) put(key, value);
      return value;
    },
    set(key, value) {
      put(key, value);
      if (kept.size > most) kept.delete(kept.keys().next().value!);
    },
    delete: (key) => void kept.delete(key),
  };
}
