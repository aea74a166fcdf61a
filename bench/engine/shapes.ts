/** Small static graphs, the shapes of the kairo set of the js-reactivity benchmark, against signal libraries. */
import { type Row, race, time } from "../measure.ts";
import { type Engine, engines, type Signal } from "./signals.ts";

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
