/**
 * The engine alone: the graph shapes of the kairo set against signal libraries, and a
 * wide ordered collection against what a person would build on them.
 */
import { D2, MultiSet, map, output, reduce } from "@tanstack/db-ivm";
import { combine, hashString, mix } from "../src/core/hash.ts";
import { Seq } from "../src/core/seq.ts";
import { isLeaf, type SeqKind, type SeqNode } from "../src/core/seq-node.ts";
import { quantile, type Row, race, table, time } from "./measure.ts";
import { alien, type Engine, engines, preact, type Signal } from "./signals.ts";

/** Builds a graph and returns one step of its work. */
type Shape = (engine: Engine) => () => void;

const stepper = (engine: Engine, head: Signal<number>): (() => void) => {
  let i = 0;
  return () => engine.batch(() => head.set(++i));
};

const shapes: Readonly<Record<string, Shape>> = {
  deep: (engine) => {
    const head = engine.signal(0);
    let last: { get(): number } = head;
    for (let i = 0; i < 50; i++) {
      const before = last;
      last = engine.computed(() => before.get() + 1);
    }
    engine.effect(() => void last.get());
    return stepper(engine, head);
  },
  broad: (engine) => {
    const head = engine.signal(0);
    for (let i = 0; i < 50; i++) {
      const one = engine.computed(() => head.get() + i);
      const two = engine.computed(() => one.get() + 1);
      engine.effect(() => void two.get());
    }
    return stepper(engine, head);
  },
  diamond: (engine) => {
    const head = engine.signal(0);
    const sides = Array.from({ length: 5 }, () => engine.computed(() => head.get() + 1));
    const sum = engine.computed(() => sides.reduce((total, side) => total + side.get(), 0));
    engine.effect(() => void sum.get());
    return stepper(engine, head);
  },
  triangle: (engine) => {
    const head = engine.signal(0);
    const list: { get(): number }[] = [head];
    for (let i = 0; i < 10; i++) {
      const before = list[i]!;
      list.push(engine.computed(() => before.get() + 1));
    }
    const sum = engine.computed(() => list.reduce((total, one) => total + one.get(), 0));
    engine.effect(() => void sum.get());
    return stepper(engine, head);
  },
  mux: (engine) => {
    const heads = Array.from({ length: 100 }, () => engine.signal(0));
    const all = engine.computed(() => heads.map((head) => head.get()));
    for (let i = 0; i < 100; i++) {
      const split = engine.computed(() => all.get()[i]!);
      const next = engine.computed(() => split.get() + 1);
      engine.effect(() => void next.get());
    }
    let i = 0;
    return () => engine.batch(() => heads[++i % 100]!.set(i));
  },
  unstable: (engine) => {
    const head = engine.signal(0);
    const double = engine.computed(() => head.get() * 2);
    const inverse = engine.computed(() => -head.get());
    const current = engine.computed(() => {
      let result = 0;
      for (let i = 0; i < 20; i++) result += head.get() % 2 ? double.get() : inverse.get();
      return result;
    });
    engine.effect(() => void current.get());
    return stepper(engine, head);
  },
  avoidable: (engine) => {
    const head = engine.signal(0);
    const one = engine.computed(() => head.get());
    const zero = engine.computed(() => {
      one.get();
      return 0;
    });
    const busy = engine.computed(() => {
      let x = zero.get();
      for (let i = 0; i < 100; i++) x++;
      return x;
    });
    engine.effect(() => void busy.get());
    return stepper(engine, head);
  },
};

/** An ordered collection of numbers whose digest, in order, is wanted after each change. */
interface Wide {
  readonly name: string;
  change(index: number, value: number): void;
  insert(index: number, value: number): void;
  remove(index: number): void;
  digest(): number;
}

const leafHash = (value: number): number => mix(value);
const size = 10_000;
const initial = Array.from({ length: size }, (_, i) => i);

const seqWide = (): Wide => {
  interface Item {
    /** Of its identity, as members have it of their names. */
    readonly hash: number;
    readonly value: number;
  }
  const hashOf = (id: number): number => hashString(`item ${id}`);
  const kind: SeqKind<Item, number> = {
    hash: ({ hash }) => hash,
    measure: () => 1,
    empty: 0,
    combine: (a, b) => a + b,
  };
  let fresh = size;
  let seq = Seq.from(
    kind,
    initial.map((value) => ({ hash: hashOf(value), value })),
  );
  // A fold with its memo on the nodes: a balanced combine that keeps the order.
  const fold = (node: SeqNode<Item, number>): number => {
    if (node.memo !== null) return node.memo as number;
    let hash = 0;
    if (isLeaf(node)) for (const { value } of node.items) hash = combine(hash, leafHash(value));
    else for (const kid of node.kids) hash = combine(hash, fold(kid));
    node.memo = hash;
    return hash;
  };
  return {
    name: "architect",
    change: (index, value) => {
      seq = seq.splice(index, 1, [{ hash: seq.get(index)!.hash, value }]);
    },
    insert: (index, value) => {
      seq = seq.splice(index, 0, [{ hash: hashOf(fresh++), value }]);
    },
    remove: (index) => {
      seq = seq.splice(index, 1, []);
    },
    digest: () => fold(seq.root!),
  };
};

const loopWide = (): Wide => {
  const list = [...initial];
  return {
    name: "indexed loop",
    change: (index, value) => {
      list[index] = value;
    },
    insert: (index, value) => void list.splice(index, 0, value),
    remove: (index) => void list.splice(index, 1),
    digest: () => {
      let hash = 0;
      for (const value of list) hash = combine(hash, leafHash(value));
      return hash;
    },
  };
};

const flatWide = (engine: Engine): Wide => {
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
  };
};

/** What a careful person builds of signals: a hundred chunks of a hundred. */
const treeWide = (engine: Engine): Wide => {
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
  };
};

/** Keyed deltas; it has no order, so its digest is a sum, which asks less of it. */
const ivmWide = (): Wide => {
  const graph = new D2();
  const input = graph.newInput<[string, number]>();
  let total = 0;
  input.pipe(
    map(([, value]) => ["all", leafHash(value)] as [string, number]),
    reduce((values: [number, number][]) => [
      [values.reduce((sum, [value, count]) => (sum + value * count) >>> 0, 0), 1],
    ]),
    output((message) => {
      for (const [[, value], count] of message.getInner() as [[string, number], number][])
        if (count > 0) total = value;
    }),
  );
  graph.finalize();
  const list = initial.map((value) => [`k${value}`, value] as [string, number]);
  let fresh = size;
  const send = (deltas: [[string, number], number][]): void => {
    input.sendData(new MultiSet(deltas));
    graph.run();
  };
  send(list.map((one) => [one, 1]));
  return {
    name: "@tanstack/db-ivm",
    change: (index, value) => {
      const old = list[index]!;
      list[index] = [old[0], value];
      send([
        [old, -1],
        [list[index], 1],
      ]);
    },
    insert: (index, value) => {
      const one: [string, number] = [`k${fresh++}`, value];
      list.splice(index, 0, one);
      send([[one, 1]]);
    },
    remove: (index) => send([[list.splice(index, 1)[0]!, -1]]),
    digest: () => total,
  };
};

const steps: Readonly<Record<string, (wide: Wide, i: number) => void>> = {
  "change one": (wide, i) => wide.change((i * 7919) % size, i),
  "insert or delete first": (wide, i) => (i % 2 === 0 ? wide.insert(0, i) : wide.remove(0)),
  "insert or delete in the middle": (wide, i) =>
    i % 2 === 0 ? wide.insert(size / 2, i) : wide.remove(size / 2),
  "insert or delete last": (wide, i) => (i % 2 === 0 ? wide.insert(size, i) : wide.remove(size)),
  move: (wide, i) => {
    wide.remove((i * 31) % (size - 1));
    wide.insert((i * 17) % (size - 1), i);
  },
};

export const benchShapes = (): Row[] =>
  Object.entries(shapes).map(([shape, build]) => {
    const times = race(engines.map((make) => ({ name: make().name, run: build(make()) })));
    const own = times.get("architect")!;
    const best = Math.min(...[...times].filter(([name]) => name !== "architect").map(([, ns]) => ns));
    return {
      shape,
      ...Object.fromEntries([...times].map(([name, ns]) => [name, time(ns)])),
      "× of the fastest peer": (own / best).toFixed(2),
    };
  });

export const benchWide = (): Row[] => {
  const contenders = [
    seqWide(),
    loopWide(),
    ...[alien, preact].flatMap((make) => [flatWide(make()), treeWide(make())]),
    ivmWide(),
  ];
  return Object.entries(steps).map(([step, run]) => {
    const medians = new Map<string, number>();
    const times = contenders.map((): number[] => []);
    // Blocks in turn, so that a drift meets all alike and each runs with its own caches warm.
    for (let block = 0; block < 8; block++) {
      contenders.forEach((wide, which) => {
        for (let i = 0; i < 60; i++) {
          const start = process.hrtime.bigint();
          run(wide, block * 60 + i);
          wide.digest();
          if (block > 1) times[which]!.push(Number(process.hrtime.bigint() - start));
        }
      });
    }
    contenders.forEach(({ name }, which) => void medians.set(name, quantile(times[which]!, 0.5)));
    const own = medians.get("architect")!;
    const best = Math.min(...[...medians].filter(([name]) => name !== "architect").map(([, ns]) => ns));
    return {
      step,
      ...Object.fromEntries([...medians].map(([name, ns]) => [name, time(ns)])),
      "ahead of the best peer by": `${(best / own).toFixed(1)}×`,
    };
  });
};

if (process.argv[1] === import.meta.filename) {
  table("Small graphs, a change and all that follows", benchShapes());
  table(`${size} children in order, one change and the digest of all`, benchWide());
}
