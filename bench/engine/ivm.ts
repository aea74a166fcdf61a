/** @tanstack/db-ivm: a keyed collection whose changes go through a graph of operators. */
import { D2, MultiSet, map, output, reduce } from "@tanstack/db-ivm";
import { initial, leafHash, size, type Wide } from "./wide.ts";

/** Keyed deltas; it has no order, so its digest is a sum, which asks less of it. */
export const ivmWide = (): Wide => {
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
    values: () => null,
  };
};
