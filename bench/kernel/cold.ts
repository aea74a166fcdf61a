/**
 * From nothing to a system of bare instances on the kernel, beside a C program on
 * libmnl that sends the very same datagrams, and beside others who make namespaces.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { deleteNamespace, namespaceNames, releaseNetnsDirectory } from "../../runtime/namespaces.ts";
import { quantile, type Row } from "../measure.ts";
import { cni } from "./peers/cni.ts";
import { ip } from "./peers/ip.ts";
import type { Peer } from "./peers/peer.ts";
import { mininet, pyroute2 } from "./peers/python.ts";
import { compile, missingForC, record, replay } from "./replay.ts";
import {
  apply,
  between,
  hubAlone,
  insistOn,
  instancesOf,
  nothing,
  ringOf,
  type State,
  settled,
  type Took,
  withBase,
} from "./system.ts";

const system = `bench${process.pid}`;

interface Contender {
  readonly name: string;
  /** What it does of the work. */
  readonly makes: string;
  /** What it takes and is not here. */
  readonly missing: string | null;
  readonly run: () => Promise<Took>;
}

/** The state without the hub, which both find there. */
const architect = (state: State): Promise<Took> =>
  withBase(system, async (base) => {
    await apply(base, between(nothing, hubAlone(state)));
    const operations = between(hubAlone(state), state);
    const [start, before] = [performance.now(), process.cpuUsage()];
    await apply(base, operations);
    const { user, system: kernel } = process.cpuUsage(before);
    const took = { wall: performance.now() - start, cpu: (user + kernel) / 1_000 };
    await insistOn(base, state);
    return took;
  });

/** A peer's namespaces are named as ours would be, and removed whatever happens. */
const runPeer = async (peer: Peer, state: State, directory: string): Promise<Took> => {
  try {
    const instances = instancesOf(state);
    return { wall: peer.raise({ hub: `${system}.hub`, instances, directory }), cpu: Number.NaN };
  } finally {
    for (const name of namespaceNames(`${system}.`)) deleteNamespace(name);
    releaseNetnsDirectory();
    await settled();
  }
};

const contendersFor = async (state: State, directory: string): Promise<readonly Contender[]> => {
  const missing = missingForC();
  const recorded = `${directory}/messages`;
  const program = missing === null ? compile(directory) : "";
  if (missing === null) await record(system, state, recorded);
  return [
    { name: "architect", makes: "all", missing: null, run: () => architect(state) },
    {
      name: "C on libmnl",
      makes: "the same messages",
      missing,
      run: () => replay(system, state, program, recorded),
    },
    ...[ip, pyroute2, mininet, cni].map((peer) => ({
      name: peer.name,
      makes: "no policy, no services",
      missing: peer.missing(),
      run: () => runPeer(peer, state, directory),
    })),
  ];
};

const median = (of: readonly number[]): number => quantile(of, 0.5);

const told = (
  size: number,
  { name, makes, missing }: Contender,
  of: readonly Took[],
  ours: readonly Took[],
): Row => {
  const wall = median(of.map((took) => took.wall));
  const cpu = median(of.map((took) => took.cpu));
  const ratio = median(of.map((took, round) => took.wall / ours[round]!.wall));
  const known = missing === null;
  return {
    instances: size,
    who: name,
    makes: known ? makes : `not run: no ${missing} here`,
    rounds: of.length,
    "p50 ms": known ? wall.toFixed(1) : "",
    "ms an instance": known ? (wall / size).toFixed(2) : "",
    "processor ms": Number.isNaN(cpu) ? "" : cpu.toFixed(1),
    "of architect": known ? `${ratio.toFixed(2)}×` : "",
  };
};

/** Each in turn in every round. */
const compare = async (size: number, rounds: number): Promise<Row[]> => {
  const state = ringOf(system, size);
  const directory = mkdtempSync(`${tmpdir()}/architect-bench-`);
  try {
    const contenders = await contendersFor(state, directory);
    const took = new Map<Contender, Took[]>(contenders.map((one) => [one, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const one of contenders) if (one.missing === null) took.get(one)!.push(await one.run());
    }
    const ours = took.get(contenders[0]!)!;
    return contenders.map((one) => told(size, one, took.get(one)!, ours));
  } finally {
    rmSync(directory, { recursive: true });
  }
};

export const benchCold = async (sizes = [10, 100, 1_000], rounds = 5): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await compare(size, size >= 1_000 ? Math.min(rounds, 3) : rounds)));
  return rows;
};
