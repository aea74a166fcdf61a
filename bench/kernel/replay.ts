/**
 * A C program on libmnl in the place of the base case: it sends the very same datagrams
 * from the same places, so what it takes is what the kernel takes.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mnl } from "../../runtime/ffi/mnl.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Instance } from "../../src/core/resource.ts";
import { besides, runs } from "./peers/here.ts";
import { apply, between, hubAlone, insistOn, raiseHub, type State, type Took, withBase } from "./system.ts";

/** What it takes to build the program and is not here. */
export const missingForC = (): string | null => {
  if (!runs("cc", "--version")) return "cc";
  return runs("sh", "-c", "echo '#include <libmnl/libmnl.h>' | cc -E -") ? null : "libmnl-dev";
};

/** What this thread sends while a system is made, each part of it by itself. */
const sentFor = async (
  system: string,
  state: State,
  parts: readonly (readonly Operation[])[],
): Promise<readonly Uint8Array[]> => {
  const library = mnl();
  const { send } = library;
  const sent: Uint8Array[] = [];
  await withBase(system, async (base) => {
    await raiseHub(base, state);
    library.send = (socket, bytes, length) => {
      sent.push(bytes.slice(0, length));
      return send(socket, bytes, length);
    };
    try {
      for (const part of parts) await apply(base, part);
    } finally {
      library.send = send;
    }
  });
  return sent;
};

/** So few instances at a time are made on one thread. */
const few = 40;

/** Records what is sent for a system: for the C program to send again. */
export const record = async (system: string, state: State, file: string): Promise<void> => {
  const operations = between(hubAlone(state), state);
  const births = operations.filter(({ after }) => after?.kind === "instance");
  const instances = births.map(({ after }) => after as Instance);
  const parts = Array.from({ length: Math.ceil(births.length / few) }, (_, part) =>
    births.slice(part * few, (part + 1) * few),
  );
  const sent = (await sentFor(system, state, parts)).filter((bytes) => !isBatch(bytes));
  const each = sent.length / instances.length;
  if (each !== 3) throw new Error(`${each} datagrams an instance`);
  const batches = (await sentFor(system, state, [operations])).filter(isBatch);
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
/** RTM_NEWLINK has the same number, and is longer. */
const longestBegin = 28;
const isBatch = (bytes: Uint8Array): boolean =>
  bytes[4] === NFNL_MSG_BATCH_BEGIN &&
  bytes[5] === 0 &&
  new DataView(bytes.buffer).getUint32(0, true) <= longestBegin;

/** The beginning of a batch without the generation that it was for. */
const withoutGeneration = (bytes: Uint8Array): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const plain = Buffer.concat([bytes.subarray(0, 20), bytes.subarray(view.getUint32(0, true))]);
  plain.writeUInt32LE(20, 0);
  return plain;
};

export const compile = (directory: string): string => {
  const program = `${directory}/replay`;
  execFileSync("cc", ["-O2", "-o", program, besides("replay.c"), "-lmnl"]);
  return program;
};

/** Times the program. */
export const replay = (system: string, state: State, program: string, file: string): Promise<Took> =>
  withBase(system, async (base) => {
    await raiseHub(base, state);
    // What it makes is marked as ours, so the base case removes it.
    const said = execFileSync(program, [file, `${system}.hub`], { encoding: "utf8" });
    await insistOn(base, state);
    const [wall = Number.NaN, cpu = Number.NaN] = said.split(" ").map(Number);
    return { wall, cpu };
  });
