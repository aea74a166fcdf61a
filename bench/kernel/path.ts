/**
 * The data path: throughput and new connections through a virtual address, with few and
 * with many services beside it, and beside plain routing on the like links.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { instanceKey, type Resource, serviceKey } from "../../src/core/resource.ts";
import type { Row } from "../measure.ts";
import { addresses, compile, connections, gigabits, port, race, serving, told, withBoth } from "./flow.ts";
import { apply, between } from "./system.ts";

/** So many services, each with a wire from its own asker, of which only the table knows. */
const beside = (count: number): readonly Resource[] =>
  Array.from({ length: count }, (_, i): readonly Resource[] => {
    const tail = `${((i >> 8) & 255).toString(16)}:${(i & 255).toString(16)}`;
    const vip = { v4: `10.200.${(i >> 8) & 255}.${i & 255}`, v6: `fd99::${tail}` };
    const endpoint = { v4: `10.100.${(i >> 8) & 255}.${i & 255}`, v6: `fc99::${tail}` };
    const id = `s${i}.p`;
    const common = { vip, transport: "tcp", number: port } as const;
    const key = `wire/c${i}.r` as Resource["key"];
    return [
      {
        kind: "service",
        key: serviceKey(id),
        automaton: `s${i}`,
        id,
        ...common,
        endpoints: [{ instance: instanceKey(`s${i}`, 0), address: endpoint, number: port }],
      },
      {
        kind: "wire",
        key,
        automaton: `c${i}`,
        requirement: "r",
        origin: 1 + i,
        service: id,
        ...common,
        oneWay: false,
      },
    ];
  }).flat();

export const benchPath = async (counts = [1, 100, 10_000], rounds = 11): Promise<Row[]> => {
  const directory = mkdtempSync(`${tmpdir()}/architect-bench-`);
  try {
    const connects = compile(directory);
    return await withBoth(async (base, first, own) => {
      let state = first;
      const { vip } = addresses(state);
      const rows: Row[] = [];
      for (const count of counts) {
        const next = new Map([...first, ...beside(count - 1).map((one) => [one.key, one] as const)]);
        await apply(base, between(state, next));
        state = next;
        const flow = await serving(["iperf3", "-s", "-p", String(port)], () =>
          race(rounds, gigabits, own, vip),
        );
        const opened = await serving([connects, "serve", String(port)], () =>
          race(2 * rounds, connections(connects), own, vip),
        );
        rows.push({ services: count, ...told(flow, opened) });
      }
      return rows;
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
};
