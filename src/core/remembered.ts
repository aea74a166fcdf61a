/** Work that is done once, however often it is asked for. */

/** What a promise resolves with is remembered; one that was rejected is made again for whoever asks next. */
export const remembered = <K, V>(known: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> => {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  made.catch(() => {
    if (known.get(key) === made) known.delete(key);
  });
  return made;
};
