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
  raiseHub,
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
  /** Why it does not run here; null where it does. */
  readonly refused: string | null;
  /** Whether its failure is its own matter, and costs the others nothing. */
  readonly isPeer: boolean;
  readonly run: () => Promise<Took>;
}

/** The state without the hub, which both find there. */
const architect = (state: State): Promise<Took> =>
  withBase(system, async (base) => {
    await raiseHub(base, state);
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

const absent = (missing: string | null): string | null => (missing === null ? null : `no ${missing} here`);

const contendersFor = async (state: State, directory: string): Promise<readonly Contender[]> => {
  const missing = missingForC();
  const recorded = `${directory}/messages`;
  const program = missing === null ? compile(directory) : "";
  if (missing === null) await record(system, state, recorded);
  return [
    { name: "architect", makes: "all", refused: null, isPeer: false, run: () => architect(state) },
    {
      name: "C on libmnl",
      makes: "the same messages",
      refused: absent(missing),
      isPeer: false,
      run: () => replay(system, state, program, recorded),
    },
    ...[ip, pyroute2, mininet, cni].map((peer) => ({
      name: peer.name,
      makes: "no policy, no services",
      refused: absent(peer.missing()),
      isPeer: true,
      run: () => runPeer(peer, state, directory),
    })),
  ];
};

const median = (of: readonly number[]): number => quantile(of, 0.5);

const told = (
  size: number,
  { name, makes, refused }: Contender,
  of: readonly Took[],
  ours: readonly Took[],
): Row => {
  const wall = median(of.map((took) => took.wall));
  const cpu = median(of.map((took) => took.cpu));
  const ratio = median(of.map((took, round) => took.wall / ours[round]!.wall));
  const known = refused === null;
  return {
    instances: size,
    who: name,
    makes: known ? makes : `not run: ${refused}`,
    rounds: of.length,
    "p50 ms": known ? wall.toFixed(1) : "",
    "ms an instance": known ? (wall / size).toFixed(2) : "",
    "processor ms": Number.isNaN(cpu) ? "" : cpu.toFixed(1),
    "of architect": known ? `${ratio.toFixed(2)}×` : "",
  };
};

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split("\n")[0]!;

/** Each in turn in every round. A peer that fails is out, with what it had measured. */
const race = async (contenders: Contender[], rounds: number): Promise<readonly (readonly Took[])[]> => {
  const took = contenders.map((): Took[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, one] of contenders.entries()) {
      if (one.refused !== null) continue;
      try {
        took[place]!.push(await one.run());
      } catch (error) {
        if (!one.isPeer) throw error;
        contenders[place] = { ...one, refused: firstLine(error) };
      }
    }
  }
  return took;
};

const compare = async (size: number, rounds: number): Promise<Row[]> => {
  const state = ringOf(system, size);
  const directory = mkdtempSync(`${tmpdir()}/architect-bench-`);
  try {
    const contenders = [...(await contendersFor(state, directory))];
    const took = await race(contenders, rounds);
    return contenders.map((one, place) => told(size, one, took[place]!, took[0]!));
  } finally {
    rmSync(directory, { recursive: true });
  }
};

export const benchCold = async (sizes = [10, 100, 1_000], rounds = 5): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await compare(size, size >= 1_000 ? Math.min(rounds, 3) : rounds)));
  return rows;
};
