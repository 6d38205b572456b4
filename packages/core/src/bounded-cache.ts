export interface BoundedCache<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
}

/** Values by key, at most `most` of them: the one that was neither read nor written for longest makes room for a new one. */
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
