/** How many messages a change takes: as few as can be, whatever the size of the system. */
import { mnl } from "../../../runtime/ffi/mnl.ts";
import type { NetnsBase } from "../../../runtime/netns/base.ts";
import type { Resource, ResourceKey } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { kernelTest, open } from "./lab.ts";

const test = kernelTest.serial;

type State = ReadonlyMap<ResourceKey, Resource>;

/** One of `count` that others ask, and so many besides; `asks`: whom. */
const stateOf = (system: string, size: number, count: number, asks = "a.p"): State =>
  byKey(
    resourcesOf({
      system,
      automata: [
        { name: "a", count, offers: [{ port: "p", transport: "tcp", number: 1000 }] },
        { name: "web", count: 1, requires: [{ name: "r", to: asks }] },
        ...Array.from({ length: size }, (_, index) => ({
          name: `b${index}`,
          count: 1,
          offers: [{ port: "p", transport: "tcp" as const, number: 1000 }],
        })),
      ],
    }).filter(({ kind }) => kind !== "hosts"),
  );

const messagesIn = (bytes: Uint8Array, length: number): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let count = 0;
  for (let at = 0; at < length; count += 1) at += (view.getUint32(at, true) + 3) & ~3;
  return count;
};

/** The messages of each datagram that this thread sends while a change is applied. */
const sent = async (base: NetnsBase, before: State, after: State): Promise<readonly number[]> => {
  const library = mnl();
  const { send } = library;
  const counts: number[] = [];
  library.send = (socket, bytes, length) => {
    counts.push(messagesIn(bytes, length));
    return send(socket, bytes, length);
  };
  try {
    const failures = await base.apply(between(before, after));
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
  } finally {
    library.send = send;
  }
  return counts;
};

for (const size of [1, 40]) {
  test(`beside ${size} automata: one more, one less, another wire`, async (t) => {
    const system = freshName();
    const base = open(t, system);
    const [rest, more, most] = [1, 2, 3].map((count) => stateOf(system, size, count));
    const rewired = stateOf(system, size, 1, "b0.p");
    t.deepEqual(await base.apply(between(nothing, rest!)), []);

    // Named; the veth with the hub's two routes; up, with two addresses and two routes. Then
    // begin, end, who it is, its note, and the maps of 1 and of 64 slots, both families each.
    t.deepEqual(await sent(base, rest!, more!), [1, 3, 5, 8]);
    // The same, and of the 64 slots only those that change hands: out and in again.
    t.deepEqual(await sent(base, more!, most!), [1, 3, 5, 8]);
    // Out of service first; then it is asked whose the namespace is, before anybody there is ended and
    // before it goes; the link is looked for, and given away to be removed; last, who it was.
    t.deepEqual(await sent(base, most!, more!), [7, 1, 1, 1, 1, 3]);
    t.deepEqual(await sent(base, more!, rest!), [7, 1, 1, 1, 1, 3]);
    // Out and in again: the policy of both families, and the note.
    t.deepEqual(await sent(base, rest!, rewired), [8]);
    t.deepEqual(await sent(base, rewired, rewired), []);
  });
}
