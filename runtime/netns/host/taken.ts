/** Which ports of the machine others have, asked before they are published. */
import type { HostPort, TakenPort } from "../../../src/core/base-kind.ts";
import { KernelError } from "../../kernel-error.ts";
import { buses, NetlinkSocket } from "../../netlink/socket.ts";
import { parseMark } from "../../owner.ts";
import type { SystemState } from "../../process/state.ts";
import { isTaken, takersOf, takerWords } from "./listeners.ts";
import { rootOf, systemWords } from "./names.ts";
import { HostTable } from "./table.ts";

/** Ports that programs listen at, of which relays of other users' systems are some. */
const listenedAt = async (
  ports: readonly HostPort[],
  { system, root }: SystemState,
): Promise<readonly TakenPort[]> => {
  const heard = ports.filter(({ transport, port }) => isTaken(transport, port));
  const takers = await takersOf(heard);
  return heard.flatMap((port, at) => {
    const taker = takers[at]!;
    const isOwnRoot = taker._tag === "System" && taker.root === root;
    if (isOwnRoot && taker.system === system) return [];
    return [{ ...port, words: takerWords(taker), system: isOwnRoot ? taker.system : null }];
  });
};

/** Ports that other systems publish by rules of the kernel, which root alone is told. */
const publishedAt = (ports: readonly HostPort[], state: SystemState): readonly TakenPort[] => {
  if (process.getuid?.() !== 0) return [];
  let socket: NetlinkSocket | null = null;
  try {
    socket = new NetlinkSocket(buses.netfilter);
    const table = new HostTable(state, socket);
    return ports.flatMap((port) => {
      const taker = table.tableWith(port);
      if (taker === null) return [];
      const mark = parseMark(taker.comment ?? "");
      const system = mark !== null && rootOf(mark) === state.root ? mark.system : null;
      return [{ ...port, words: `${systemWords(taker.comment)} publishes it already`, system }];
    });
  } catch (error) {
    // Without the rights, or the library: then it shows when the system is applied.
    if (error instanceof KernelError) return [];
    throw error;
  } finally {
    socket?.close();
  }
};

/** Those of the ports that others have. */
export const takenPorts = async (
  ports: readonly HostPort[],
  state: SystemState,
): Promise<readonly TakenPort[]> => {
  const published = publishedAt(ports, state);
  const isKnown = ({ transport, port }: HostPort): boolean =>
    published.some((one) => one.transport === transport && one.port === port);
  return [
    ...published,
    ...(await listenedAt(
      ports.filter((port) => !isKnown(port)),
      state,
    )),
  ];
};
