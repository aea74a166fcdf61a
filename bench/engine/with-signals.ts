/** Ordered collections built on signals: as one writes them first, and with care. */
import { combine } from "../../src/core/hash.ts";
import type { Engine, Signal } from "./signals.ts";
import { initial, leafHash, size, type Wide } from "./wide.ts";

/** One list of signals, and one computed value over all of them. */
export const flatWide = (engine: Engine): Wide => {
  const list = engine.signal(initial.map((value) => engine.signal(value)));
  const kids = new Map<Signal<number>, { get(): number }>();
  const kid = (signal: Signal<number>): { get(): number } => {
    let computed = kids.get(signal);
    if (computed === undefined) {
      computed = engine.computed(() => leafHash(signal.get()));
      kids.set(signal, computed);
    }
    return computed;
  };
  let last = 0;
  const digest = engine.computed(() => list.get().reduce((hash, one) => combine(hash, kid(one).get()), 0));
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
    const kids = engine.signal(
      initial.slice(i * width, (i + 1) * width).map((value) => engine.signal(value)),
    );
    return {
      kids,
      digest: engine.computed(() => kids.get().reduce((hash, one) => combine(hash, leafHash(one.get())), 0)),
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
      const { length } = chunk.kids.get();
      if (at < length || chunk === chunks.at(-1)) return [chunk, at];
      at -= length;
    }
    throw new Error("outside of the collection");
  };
  const splice = (index: number, remove: number, ...values: number[]): void => {
    const [{ kids }, at] = find(index);
    engine.batch(() =>
      kids.set(kids.get().toSpliced(at, remove, ...values.map((value) => engine.signal(value)))),
    );
  };
  return {
    name: `${engine.name}, tree`,
    change: (index, value) => {
      const [{ kids }, at] = find(index);
      engine.batch(() => kids.get()[at]!.set(value));
    },
    insert: (index, value) => splice(index, 0, value),
    remove: (index) => splice(index, 1),
    digest: () => last,
    values: () => chunks.flatMap(({ kids }) => kids.get().map((one) => one.get())),
  };
};
