/**
 * From nothing to a system of bare instances on the kernel, beside a C program on
 * libmnl that sends the very same datagrams, and `ip -batch` for the links alone.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { mnl } from "../../runtime/ffi/mnl.ts";
import { deleteNamespace } from "../../runtime/namespaces.ts";
import type { NetnsBase } from "../../runtime/netns/base.ts";
import { hubKey, type Instance } from "../../src/core/resource.ts";
import { quantile, type Row } from "../measure.ts";
import { apply, between, nothing, ringOf, type State, settled, withBase } from "./system.ts";

const system = `bench${process.pid}`;

const hubAlone = (state: State): State => new Map([[hubKey, state.get(hubKey)!]]);
const instancesOf = (state: State): readonly Instance[] =>
  [...state.values()].filter((resource) => resource.kind === "instance");

/** Milliseconds by the clock, and of the processor. */
interface Took {
  readonly wall: number;
  readonly cpu: number;
}

/** The state without the hub, which both find there. */
const timed = async (base: NetnsBase, state: State): Promise<Took> => {
  await apply(base, between(nothing, hubAlone(state)));
  const operations = between(hubAlone(state), state);
  const [start, before] = [performance.now(), process.cpuUsage()];
  await apply(base, operations);
  const { user, system: kernel } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + kernel) / 1_000 };
};

/** Records what is sent for a system: for the C program to send again. */
const record = async (state: State, file: string): Promise<void> => {
  const library = mnl();
  const { send } = library;
  const sent: Uint8Array[] = [];
  await withBase(system, async (base) => {
    await apply(base, between(nothing, hubAlone(state)));
    library.send = (socket, bytes, length) => {
      sent.push(bytes.slice(0, length));
      return send(socket, bytes, length);
    };
    try {
      await apply(base, between(hubAlone(state), state));
    } finally {
      library.send = send;
    }
  });
  const instances = instancesOf(state);
  const each = 3;
  // What comes after the instances and is a batch is the table's; questions are not asked again.
  const batches = sent.slice(each * instances.length).filter(isBatch);
  const block = (bytes: Uint8Array): Uint8Array[] => [
    Uint8Array.from(new Uint8Array(Uint32Array.of(bytes.length).buffer)),
    bytes,
  ];
  const number = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
  writeFileSync(
    file,
    Buffer.concat([
      number(instances.length),
      ...instances.flatMap(({ netns }, index) => [
        ...block(Buffer.from(netns)),
        ...sent.slice(each * index, each * (index + 1)).flatMap(block),
      ]),
      number(batches.length),
      ...batches.flatMap((bytes) => block(withoutGeneration(bytes))),
    ]),
  );
};

const NFNL_MSG_BATCH_BEGIN = 16;
const isBatch = (bytes: Uint8Array): boolean => bytes[4] === NFNL_MSG_BATCH_BEGIN && bytes[5] === 0;

/** The beginning of a batch without the generation that it was for. */
const withoutGeneration = (bytes: Uint8Array): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const plain = Buffer.concat([bytes.subarray(0, 20), bytes.subarray(view.getUint32(0, true))]);
  plain.writeUInt32LE(20, 0);
  return plain;
};

const compile = (directory: string): string => {
  const source = fileURLToPath(new URL("../../../bench/kernel/replay.c", import.meta.url));
  const program = `${directory}/replay`;
  execFileSync("cc", ["-O2", "-o", program, source, "-lmnl"]);
  return program;
};

/** The C program in the place of the base case. */
const replay = (state: State, program: string, file: string): Promise<Took> =>
  withBase(system, async (base) => {
    await apply(base, between(nothing, hubAlone(state)));
    // What it makes is marked as ours, so the base case removes it.
    const said = execFileSync(program, [file, `${system}.hub`], { encoding: "utf8" });
    const [wall = Number.NaN, cpu = Number.NaN] = said.split(" ").map(Number);
    return { wall, cpu };
  });

/** `ip -batch` for namespaces, links, addresses and routes; without policy and services, which it cannot make. */
const ipBatch = async (state: State, directory: string): Promise<number> => {
  const instances = instancesOf(state);
  const hub = `${system}.hub`;
  const outside: string[] = [`netns add ${hub}`];
  const inHub: string[] = [];
  const inside = new Map<string, string[]>();
  for (const { netns, link, address } of instances) {
    outside.push(`netns add ${netns}`);
    inHub.push(
      `link add ${link} up arp off type veth peer name eth0 netns ${netns}`,
      `route add ${address.v4} dev ${link}`,
      `route add ${address.v6} dev ${link}`,
    );
    inside.set(netns, [
      "link set lo up",
      "link set eth0 up arp off",
      `addr add ${address.v4}/32 dev eth0`,
      `addr add ${address.v6}/128 dev eth0 nodad`,
      "route add 10.0.0.0/8 dev eth0",
      "route add fc00::/7 dev eth0",
    ]);
  }
  const file = `${directory}/batch`;
  const run = (lines: readonly string[], ...where: readonly string[]): void => {
    writeFileSync(file, `${lines.join("\n")}\n`);
    execFileSync("ip", [...where, "-batch", file]);
  };
  const start = performance.now();
  run(outside);
  run(inHub, "-n", hub);
  for (const [netns, lines] of inside) run(lines, "-n", netns);
  const took = performance.now() - start;
  for (const { netns } of instances) deleteNamespace(netns);
  deleteNamespace(hub);
  await settled();
  return took;
};

const compare = async (size: number, rounds: number): Promise<Row> => {
  const state = ringOf(system, size);
  const directory = mkdtempSync(`${tmpdir()}/architect-bench-`);
  const times = { architect: [] as Took[], c: [] as Took[], ip: [] as number[] };
  try {
    const program = compile(directory);
    const file = `${directory}/messages`;
    await record(state, file);
    for (let round = 0; round < rounds; round += 1) {
      times.architect.push(await withBase(system, (base) => timed(base, state)));
      times.c.push(await replay(state, program, file));
      times.ip.push(await ipBatch(state, directory));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  const median = (of: readonly number[]): number => quantile(of, 0.5);
  const wall = (of: readonly Took[]): number => median(of.map((took) => took.wall));
  const cpu = (of: readonly Took[]): number => median(of.map((took) => took.cpu));
  return {
    instances: size,
    "architect ms": wall(times.architect).toFixed(1),
    "C on libmnl ms": wall(times.c).toFixed(1),
    "ip -batch ms (links alone)": median(times.ip).toFixed(1),
    "to C": `${(wall(times.architect) / wall(times.c)).toFixed(2)}×`,
    "to C, processor": `${(cpu(times.architect) / cpu(times.c)).toFixed(2)}×`,
    "than ip": `${(median(times.ip) / wall(times.architect)).toFixed(1)}× faster`,
  };
};

export const benchCold = async (sizes = [10, 100, 1_000], rounds = 5): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(await compare(size, size >= 1_000 ? Math.min(rounds, 3) : rounds));
  return rows;
};
