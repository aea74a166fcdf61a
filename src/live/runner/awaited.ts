/** A promise, and what resolves it. */
export interface Awaited<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

export const awaited = <T>(): Awaited<T> => {
  let resolve: Awaited<T>["resolve"] = () => {};
  const promise = new Promise<T>((give) => {
    resolve = give;
  });
  return { promise, resolve };
};
