/** One face for the engine and its peers. */
import {
  batch,
  computed as preactComputed,
  effect as preactEffect,
  signal as preactSignal,
} from "@preact/signals-core";
import {
  computed as alienComputed,
  effect as alienEffect,
  signal as alienSignal,
  endBatch,
  startBatch,
} from "alien-signals";
import * as mobx from "mobx";
import { Graph } from "../../src/core/incremental.ts";
import { Cell, type Read } from "../../src/core/node.ts";

export interface Signal<T> {
  get(): T;
  set(value: T): void;
}

export interface Engine {
  readonly name: string;
  signal<T>(value: T): Signal<T>;
  computed<T>(compute: () => T): { get(): T };
  /** Runs now and whenever what it read has changed. */
  effect(run: () => void): void;
  /** Changes that become visible together. */
  batch(change: () => void): void;
}

export const architect = (): Engine => {
  const graph = new Graph();
  let reading: Read | null = null;
  const watch = <T>(compute: () => T) => {
    const node = graph.computed((read) => {
      const before = reading;
      reading = read;
      try {
        return compute();
      } finally {
        reading = before;
      }
    });
    return node;
  };
  return {
    name: "architect",
    signal: <T>(value: T) => {
      const cell = new Cell(value);
      return {
        get: () => (reading === null ? cell.value : reading(cell)),
        set: (next: T) => graph.set(cell, next),
      };
    },
    computed: (compute) => {
      const node = watch(compute);
      return { get: () => (reading === null ? graph.peek(node) : reading(node)) };
    },
    effect: (run) => {
      watch(() => {
        run();
        return null;
      });
      graph.stabilize();
    },
    batch: (change) => {
      change();
      graph.stabilize();
    },
  };
};

export const alien = (): Engine => ({
  name: "alien-signals",
  signal: <T>(value: T) => {
    const s = alienSignal(value);
    return { get: () => s(), set: (next: T) => s(next) };
  },
  computed: (compute) => {
    const c = alienComputed(compute);
    return { get: () => c() };
  },
  effect: (run) => void alienEffect(run),
  batch: (change) => {
    startBatch();
    change();
    endBatch();
  },
});

export const preact = (): Engine => ({
  name: "@preact/signals-core",
  signal: <T>(value: T) => {
    const s = preactSignal(value);
    return {
      get: () => s.value,
      set: (next: T) => {
        s.value = next;
      },
    };
  },
  computed: (compute) => {
    const c = preactComputed(compute);
    return { get: () => c.value };
  },
  effect: (run) => void preactEffect(run),
  batch: (change) => batch(change),
});

export const mobxEngine = (): Engine => ({
  name: "mobx",
  signal: <T>(value: T) => {
    const box = mobx.observable.box(value, { deep: false });
    return { get: () => box.get(), set: (next: T) => box.set(next) };
  },
  computed: (compute) => mobx.computed(compute),
  effect: (run) => void mobx.autorun(run),
  batch: (change) => mobx.runInAction(change),
});

export const engines: readonly (() => Engine)[] = [architect, alien, preact, mobxEngine];
