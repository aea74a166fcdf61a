/** Bare systems on the kernel, for benchmarks: rings of automata, each wired to the next. */
import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { mnl } from "../../runtime/ffi/mnl.ts";
import { releaseNetnsDirectory } from "../../runtime/namespaces.ts";
import { NetnsBase } from "../../runtime/netns/base.ts";
import type { ProcessControl } from "../../runtime/netns/process-control.ts";
import type { Publisher } from "../../runtime/netns/publisher.ts";
import { type Operation, operation, ordered } from "../../src/core/operation.ts";
import { hubKey, type Instance, type Resource, type ResourceKey } from "../../src/core/resource.ts";
import { openProgram } from "../../src/library.ts";

export type State = ReadonlyMap<ResourceKey, Resource>;

/** What is otherwise about the first automaton. */
export interface First {
  readonly instances?: number;
  /** Whom it is wired to; the next one unless said. */
  readonly target?: number;
}

const ring = (system: string, size: number, { instances = 1, target = 1 }: First): string =>
  [
    "protocol P = ?Bytes . !Bytes",
    ...Array.from(
      { length: size },
      (_, i) =>
        `automaton a${i} { provides p: P on tcp 1000 requires next: P instances ${i === 0 ? instances : 1} }`,
    ),
    `system ${system} = [${Array.from({ length: size }, (_, i) => `a${i} => a${(i === 0 ? target : i + 1) % size}`).join(", ")}]`,
  ].join("\n");

/** All resources of a ring but the files of names, which are no kernel's work. */
export const ringOf = (system: string, size: number, first: First = {}): State => {
  const program = openProgram({ file: "ring.arch", text: ring(system, size, first) });
  if (program.diagnostics.length > 0) throw new Error(program.diagnostics[0]!.message);
  const desired = Object.values(program.desired()) as readonly Resource[];
  return new Map(desired.filter(({ kind }) => kind !== "hosts").map((one) => [one.key, one] as const));
};

export const between = (before: State, after: State): readonly Operation[] => {
  const diff = new Map<ResourceKey, Operation>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    const change = JSON.stringify(was) === JSON.stringify(is) ? null : operation(was, is);
    if (change !== null) diff.set(key, change);
  }
  return ordered(diff.values());
};

export const nothing: State = new Map();

export const hubAlone = (state: State): State => new Map([[hubKey, state.get(hubKey)!]]);

export const instancesOf = (state: State): readonly Instance[] =>
  [...state.values()].filter((resource) => resource.kind === "instance");

/** Milliseconds by the clock, and of the processor. */
export interface Took {
  readonly wall: number;
  readonly cpu: number;
}

const manager: ProcessControl = {
  known: new Map(),
  running: () => new Map(),
  nameless: () => [],
  ended: new Map(),
  warm: () => {},
  refusal: () => null,
  start: () => Promise.reject(new Error("bare instances run nothing")),
  stop: () => Promise.resolve(),
  limits: {
    set: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    all: () => [],
    warnings: () => [],
  },
  unconfined: () => [],
  heldFiles: () => [],
  reloadFiles: () => Promise.resolve(),
  hosts: () => [],
  writeHosts: () => {},
  clearHosts: () => {},
  onExit: () => () => {},
  destroy: () => Promise.resolve([]),
  unkept: null,
  close: () => Promise.resolve(),
};

const publisher: Publisher = {
  wrong: () => Promise.resolve(new Map()),
  makeSure: () => true,
  warnings: () => Promise.resolve([]),
  publish: () => Promise.resolve(),
  unpublish: () => Promise.resolve(),
  listen: () => () => {},
  destroy: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

/** Works with a base case for bare instances, and removes all of it. */
export const withBase = async <T>(system: string, work: (base: NetnsBase) => Promise<T>): Promise<T> => {
  if (process.getuid?.() !== 0) throw new Error("it takes root");
  const base = new NetnsBase({ system, owner: "bencher0", root: "", inherits: false }, manager, publisher);
  try {
    return await work(base);
  } finally {
    await base.destroy();
    await base.close();
    releaseNetnsDirectory();
    await settled();
  }
};

export const apply = async (base: NetnsBase, operations: readonly Operation[]): Promise<void> => {
  const [failure] = await base.apply(operations);
  if (failure !== undefined) throw new Error(`${failure.doing}: ${failure.message}`);
};

/** Throws where the kernel has something else than a state: what was measured must have been done. */
export const insistOn = async (base: NetnsBase, state: State): Promise<void> => {
  const { resources } = await base.observe();
  for (const key of new Set([...state.keys(), ...resources.keys()])) {
    if (!isDeepStrictEqual(state.get(key), resources.get(key)))
      throw new Error(`${key} is not as it should be`);
  }
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes the hub of a state, and lets the kernel finish what it does for that behind our back. */
export const raiseHub = async (base: NetnsBase, state: State): Promise<void> => {
  await apply(base, between(nothing, hubAlone(state)));
  await sleep(100);
};

/** Waits until the kernel has torn down what was removed: it does so behind our back, and slows all down. */
export const settled = async (): Promise<void> => {
  const netns = "/proc/slabinfo";
  const alive = (): number => {
    const line = existsSync(netns) ? /^net_namespace\s+(\d+)/m.exec(readFileSync(netns, "utf8")) : null;
    return line === null ? 0 : Number(line[1]);
  };
  for (let last = -1, same = 0, round = 0; same < 3 && round < 100; round += 1) {
    await sleep(100);
    const now = alive();
    same = now === last ? same + 1 : 0;
    last = now;
  }
};

/** Counts messages and datagrams that go to the kernel while work is done. */
export const counting = async (
  work: () => Promise<void>,
): Promise<{ messages: number; datagrams: number }> => {
  const library = mnl();
  const { send } = library;
  const counted = { messages: 0, datagrams: 0 };
  library.send = (socket, bytes, length) => {
    counted.datagrams += 1;
    counted.messages += lengthsIn(bytes, length);
    return send(socket, bytes, length);
  };
  try {
    await work();
  } finally {
    library.send = send;
  }
  return counted;
};

const lengthsIn = (bytes: Uint8Array, length: number): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let count = 0;
  for (let at = 0; at < length; count += 1) at += (view.getUint32(at, true) + 3) & ~3;
  return count;
};
