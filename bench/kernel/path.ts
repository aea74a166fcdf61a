/**
 * The data path: throughput and new connections through a virtual address, with few and
 * with many services beside it, and beside the same links with plain routing alone.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { NetnsBase } from "../../runtime/netns/base.ts";
import { instanceKey, type Resource, serviceKey } from "../../src/core/resource.ts";
import { quantile, type Row } from "../measure.ts";
import { apply, between, nothing, ringOf, type State, withBase } from "./system.ts";

const system = `bench${process.pid}`;
const [client, server] = [`${system}.a0.0`, `${system}.a1.0`];
const port = 1000;

const inside = (netns: string, ...words: readonly string[]): string =>
  execFileSync("ip", ["netns", "exec", netns, ...words], { encoding: "utf8" });

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

const gigabits = (address: string): number => {
  const said = inside(client, "iperf3", "-J", "-t", "2", "-p", String(port), "-c", address);
  const { end } = JSON.parse(said) as { end: { sum_received: { bits_per_second: number } } };
  return end.sum_received.bits_per_second / 1e9;
};

/** The same namespaces and links without the table: the hub routes, and the client knows the server's own address. */
const withoutTable = (base: NetnsBase, work: () => number): number => {
  inside(`${system}.hub`, "/usr/sbin/nft", "delete", "table", "inet", "architect");
  const result = work();
  const refused = base.hub()!.firewall.repair();
  if (refused !== null) throw new Error(refused.message);
  return result;
};

const addresses = (state: State): { readonly vip: string; readonly own: string } => {
  const [service, instance] = [state.get(serviceKey("a1.p")), state.get(instanceKey("a1", 0))];
  if (service?.kind !== "service" || instance?.kind !== "instance") throw new Error("no server");
  return { vip: service.vip.v4!, own: instance.address.v4! };
};

const serving = async <T>(words: readonly string[], work: () => T): Promise<T> => {
  const child: ChildProcess = spawn("ip", ["netns", "exec", server, ...words], { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  try {
    return work();
  } finally {
    child.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

interface Rates {
  readonly plain: number[];
  readonly vip: number[];
}

/** Each round both ways, one after the other. */
const race = async (
  base: NetnsBase,
  state: State,
  rounds: number,
  measure: (address: string) => number,
): Promise<Rates> => {
  const rates: Rates = { plain: [], vip: [] };
  const { vip, own } = addresses(state);
  for (let round = 0; round < rounds; round += 1) {
    rates.plain.push(withoutTable(base, () => measure(own)));
    rates.vip.push(measure(vip));
  }
  return rates;
};

const compile = (directory: string): string => {
  const source = fileURLToPath(new URL("../../../bench/kernel/connects.c", import.meta.url));
  execFileSync("cc", ["-O2", "-o", `${directory}/connects`, source]);
  return `${directory}/connects`;
};

const ratio = ({ plain, vip }: Rates): string =>
  quantile(
    vip.map((rate, round) => rate / plain[round]!),
    0.5,
  ).toFixed(2);

export const benchPath = async (counts = [1, 100, 10_000], rounds = 5): Promise<Row[]> => {
  const directory = mkdtempSync(`${tmpdir()}/architect-bench-`);
  const connects = compile(directory);
  const asked = (address: string): number =>
    Number(inside(client, connects, "ask", address, String(port), "1000"));
  try {
    return await withBase(system, async (base) => {
      let state = ringOf(system, 2);
      await apply(base, between(nothing, state));
      const rows: Row[] = [];
      for (const count of counts) {
        const next = new Map([
          ...ringOf(system, 2),
          ...beside(count - 1).map((one) => [one.key, one] as const),
        ]);
        await apply(base, between(state, next));
        state = next;
        const flow = await serving(["iperf3", "-s", "-p", String(port)], () =>
          race(base, state, rounds, gigabits),
        );
        const opened = await serving([connects, "serve", String(port)], () =>
          race(base, state, rounds, asked),
        );
        rows.push({
          services: count,
          "plain Gbit/s": quantile(flow.plain, 0.5).toFixed(1),
          "VIP Gbit/s": quantile(flow.vip, 0.5).toFixed(1),
          "of plain": ratio(flow),
          "plain connections/s": quantile(opened.plain, 0.5).toFixed(0),
          "VIP connections/s": quantile(opened.vip, 0.5).toFixed(0),
          "of plain ": ratio(opened),
        });
      }
      return rows;
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
};
