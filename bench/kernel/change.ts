/** One change in a system of many bare instances: until the kernel has it, and in how many messages. */
import type { NetnsBase } from "../../runtime/netns/base.ts";
import { quantile, type Row } from "../measure.ts";
import {
  apply,
  between,
  counting,
  type First,
  insistOn,
  nothing,
  ringOf,
  type State,
  withBase,
} from "./system.ts";

const system = `bench${process.pid}`;

const changes: readonly { readonly name: string; readonly first: First }[] = [
  { name: "scale 1 → 2", first: { instances: 2 } },
  { name: "scale 1 → 5", first: { instances: 5 } },
  { name: "rewire one", first: { target: 5 } },
];

interface Measured {
  readonly times: number[];
  messages: number;
  datagrams: number;
}

const measure = async (base: NetnsBase, before: State, after: State, into: Measured): Promise<void> => {
  const operations = between(before, after);
  const counted = await counting(async () => {
    const start = performance.now();
    await apply(base, operations);
    into.times.push(performance.now() - start);
  });
  into.messages = counted.messages;
  into.datagrams = counted.datagrams;
};

const row = (name: string, size: number, { times, messages, datagrams }: Measured): Row => ({
  change: name,
  instances: size,
  "p50 ms": quantile(times, 0.5).toFixed(2),
  "p99 ms": quantile(times, 0.99).toFixed(2),
  messages,
  datagrams,
});

export const benchChange = (size = 1_000, rounds = 30): Promise<Row[]> =>
  withBase(system, async (base) => {
    const rest = ringOf(system, size);
    await apply(base, between(nothing, rest));
    const rows: Row[] = [];
    for (const { name, first } of changes) {
      const changed = ringOf(system, size, first);
      const [up, down]: [Measured, Measured] = [
        { times: [], messages: 0, datagrams: 0 },
        { times: [], messages: 0, datagrams: 0 },
      ];
      for (let round = 0; round < rounds; round += 1) {
        await measure(base, rest, changed, up);
        await measure(base, changed, rest, down);
      }
      await insistOn(base, rest);
      await apply(base, between(rest, changed));
      await insistOn(base, changed);
      await apply(base, between(changed, rest));
      rows.push(row(name, size, up), row(`${name}, taken back`, size, down));
    }
    return rows;
  });
