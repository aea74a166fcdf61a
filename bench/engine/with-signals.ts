/** Ordered collections built on signals: as one writes them first, and with care. */
import { combine } from "../../src/core/hash.ts";
import type { Engine, Signal } from "./signals.ts";
import { initial, leafHash, size, type Wide } from "./wide.ts";

/** One list of signals, and one computed value over all of them. */
export const flatWide = (engine: Engine): Wide => {
  const list = engine.signal(initial.map((value) => engine.signal(value)));
  const children = new Map<Signal<number>, { get(): number }>();
  const child = (signal: Signal<number>): { get(): number } => {
    let computed = children.get(signal);
    if (computed === undefined) {
      computed = engine.computed(() => leafHash(signal.get()));
      children.set(signal, computed);
    }
    return computed;
  };
  let last = 0;
  const digest = engine.computed(() => list.get().reduce((hash, one) => combine(hash, child(one).get()), 0));
  engine.effect(() => {
    last = digest.get();
  });
  return {
    name: `${engine.name}, flat`,
    change: (index, value) => engine.batch(() => list.get()[index]!.set(value)),
    insert: (index, value) =>
      engine.batch(() => list.set(list.get().toSpliced(index, 0, engine.signal(value)))),
    remove: (index) => engine.batch(() => list.set(list.get().toSpliced(index, 1))),
    digest: () => last,
    values: () => list.get().map((one) => one.get()),
  };
};

/** What a careful person builds of signals: a hundred chunks of a hundred. */
export const treeWide = (engine: Engine): Wide => {
  const width = 100;
  const chunks = Array.from({ length: size / width }, (_, i) => {
    const children = engine.signal(
      initial.slice(i * width, (i + 1) * width).map((value) => engine.signal(value)),
    );
    return {
      children,
      digest: engine.computed(() =>
        children.get().reduce((hash, one) => combine(hash, leafHash(one.get())), 0),
      ),
    };
  });
  let last = 0;
  const root = engine.computed(() => chunks.reduce((hash, chunk) => combine(hash, chunk.digest.get()), 0));
  engine.effect(() => {
    last = root.get();
  });
  const find = (index: number): [(typeof chunks)[number], number] => {
    let at = index;
    for (const chunk of chunks) {
      const { length } = chunk.children.get();
      if (at < length || chunk === chunks.at(-1)) return [chunk, at];
      at -= length;
    }
    throw new Error("outside of the collection");
  };
  const splice = (index: number, remove: number, ...values: number[]): void => {
    const [{ children }, at] = find(index);
    engine.batch(() =>
      children.set(children.get().toSpliced(at, remove, ...values.map((value) => engine.signal(value)))),
    );
  };
  return {
    name: `${engine.name}, tree`,
    change: (index, value) => {
      const [{ children }, at] = find(index);
      engine.batch(() => children.get()[at]!.set(value));
    },
    insert: (index, value) => splice(index, 0, value),
    remove: (index) => splice(index, 1),
    digest: () => last,
    values: () => chunks.flatMap(({ children }) => children.get().map((one) => one.get())),
  };
};
