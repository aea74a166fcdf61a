/**
 * What listens in an instance, asked of the kernel: nobody is connected to, so nobody
 * notices. Whether a peer gets through is asked as the kernel asks itself for a packet
 * (a few microseconds); what listens instead, only where nobody does.
 */

import { closeSync } from "node:fs";
import type { WantedPort } from "../../src/core/monitor.ts";
import type { DualAddress, Family, Transport } from "../../src/core/resource.ts";
import { openNamespace, withNamespace } from "../namespaces.ts";
import { families, formatIp, parseIp } from "../netlink/ip.ts";
import type { Request } from "../netlink/message.ts";
import { attributesOf, fixedPart, type Message } from "../netlink/reader.ts";
import { NetlinkSocket } from "../netlink/socket.ts";
import { littleEndian } from "../netlink/writer.ts";
import { isReachable, type Listener, type Listening, type Port } from "./listener.ts";

/** NETLINK_SOCK_DIAG */
const diagnosticBus = 4;
const SOCK_DIAG_BY_FAMILY = 20;
/** `struct inet_diag_req_v2` and `struct inet_diag_msg`, and where each has its `inet_diag_sockid`. */
const requestLength = 56;
const requestId = 8;
const answerLength = 72;
/** INET_DIAG_SKV6ONLY, which every listener of IPv6 has. */
const onlyIpv6 = 11;
const answerId = 4;
/** In an `inet_diag_sockid`. */
const id = { localPort: 0, remotePort: 2, local: 4, remote: 20, device: 36, cookie: 40 } as const;
const noCookie = 0xffff_ffff;
/** The loopback device is the first one of every namespace. */
const loopbackDevice = 1;
const protocols: Readonly<Record<Transport, number>> = { tcp: 6, udp: 17 };
/** 1 << TCP_LISTEN, and of UDP 1 << TCP_CLOSE: bound, and connected to nobody. */
const states: Readonly<Record<Transport, number>> = { tcp: 1 << 10, udp: 1 << 7 };

/** Equivalent to: `ss -ltn` or `ss -lun`, of one family. Leaves the table of all connections alone. */
const listListeners = (transport: Transport, family: number): Request => ({
  type: SOCK_DIAG_BY_FAMILY,
  flags: 0,
  doing: () => `list who listens on ${transport}`,
  body: (writer) => {
    const at = writer.zeros(requestLength);
    writer.view.setUint8(at, family);
    writer.view.setUint8(at + 1, protocols[transport]);
    writer.view.setUint32(at + 4, states[transport], littleEndian);
  },
});

/** The socket that a packet to the address and port would be given to. */
const findListener = ({ transport, number }: Port, address: string): Request => ({
  type: SOCK_DIAG_BY_FAMILY,
  flags: 0,
  doing: () => `look for who listens on ${transport} ${number}`,
  body: (writer) => {
    const bytes = parseIp(address);
    const at = writer.zeros(requestLength);
    const { view } = writer;
    view.setUint8(at, bytes.length === 4 ? families.inet : families.inet6);
    view.setUint8(at + 1, protocols[transport]);
    view.setUint32(at + 4, states[transport], littleEndian);
    // For udp the kernel takes the two sides the other way round.
    const [port, place] = transport === "tcp" ? [id.localPort, id.local] : [id.remotePort, id.remote];
    view.setUint16(at + requestId + port, number, false);
    for (const [index, byte] of bytes.entries()) view.setUint8(at + requestId + place + index, byte);
    view.setUint32(at + requestId + id.cookie, noCookie, littleEndian);
    view.setUint32(at + requestId + id.cookie + 4, noCookie, littleEndian);
  },
});

/** `::ffff:10.0.0.1` is the IPv4 address, bound by a socket of both families. */
const isMapped = (bytes: Uint8Array): boolean =>
  bytes.length === 16 &&
  bytes.subarray(0, 10).every((byte) => byte === 0) &&
  bytes[10] === 0xff &&
  bytes[11] === 0xff;

const readListener = (transport: Transport, message: Message): Listener => {
  const { view } = message;
  const at = fixedPart(message, answerLength);
  const length = view.getUint8(at) === families.inet ? 4 : 16;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at + answerId + id.local, length);
  const attributes = attributesOf(message, answerLength);
  return {
    transport,
    number: view.getUint16(at + answerId + id.localPort, false),
    address: formatIp(isMapped(bytes) ? bytes.subarray(12) : bytes),
    isLoopback: view.getUint32(at + answerId + id.device, littleEndian) === loopbackDevice,
    only6: attributes.has(onlyIpv6) && attributes.u8(onlyIpv6) === 1,
  };
};

/** A socket by which `listenersOf` asks, of the namespace that the calling thread is in. */
export const openDiagnostics = (): NetlinkSocket => new NetlinkSocket(diagnosticBus);

/** What listens in the namespace of a diagnostic socket. Connections, however many there are, are not looked at. */
export const listenersOf = (socket: NetlinkSocket, transport: Transport): readonly Listener[] =>
  [families.inet, families.inet6].flatMap((family) =>
    socket.dump(listListeners(transport, family), (message) => readListener(transport, message)),
  );

const bothFamilies: readonly Family[] = ["ipv4", "ipv6"];

const allThere: Listening = { missing: [], listeners: [] };

/** The sockets of one instance's namespace. Holds the namespace until it is closed. */
export class InstanceSockets {
  readonly #socket: NetlinkSocket;
  readonly #address: DualAddress;

  /** Throws ENOENT where there is no such namespace. */
  constructor(netns: string, address: DualAddress) {
    const fd = openNamespace(netns);
    try {
      this.#socket = withNamespace(fd, () => new NetlinkSocket(diagnosticBus));
    } finally {
      closeSync(fd);
    }
    this.#address = address;
  }

  /** Whether the kernel would hand a packet of that family for the instance's port to some program. */
  #isHeardBy(port: Port, family: Family): boolean {
    const address = family === "ipv4" ? this.#address.v4 : this.#address.v6;
    if (address === null) return false;
    const found = this.#socket.get(findListener(port, address), (message) =>
      readListener(port.transport, message),
    );
    return found !== null && found.number === port.number;
  }

  /** The families that are needed and by which nobody hears the port; null where nothing is missing. */
  #unheardBy({ families = [], ...port }: WantedPort): readonly Family[] | null {
    // Where it has no address nobody asks it.
    const needed = this.#address.v4 === null ? families.filter((family) => family === "ipv6") : families;
    if (needed.length === 0) {
      const isHeard = this.#isHeardBy(port, "ipv4") || this.#isHeardBy(port, "ipv6");
      return isHeard ? null : bothFamilies;
    }
    const unheard = needed.filter((family) => !this.#isHeardBy(port, family));
    return unheard.length === 0 ? null : unheard;
  }

  /** Everything that listens, on either family. */
  listeners(transport: Transport): readonly Listener[] {
    return [families.inet, families.inet6].flatMap((family) =>
      this.#socket.dump(listListeners(transport, family), (message) => readListener(transport, message)),
    );
  }

  /** Looks for a listener at each of the ports that peers reach. */
  look(ports: readonly WantedPort[]): Listening {
    const unheard = ports.flatMap((port) => {
      const families = this.#unheardBy(port);
      return families === null ? [] : [{ ...port, families, isAny: (port.families ?? []).length === 0 }];
    });
    if (unheard.length === 0) return allThere;
    const listeners = [...new Set(unheard.map(({ transport }) => transport))].flatMap((transport) =>
      this.listeners(transport),
    );
    // One that is bound to a device takes no packet that is asked about without one.
    const isThere = (port: Port, families: readonly Family[]): boolean =>
      listeners.some(
        (one) =>
          one.transport === port.transport &&
          one.number === port.number &&
          isReachable(one, this.#address, families),
      );
    const missing = unheard.flatMap(({ families, isAny, ...port }) => {
      const lacking = isAny
        ? isThere(port, families)
          ? []
          : families
        : families.filter((family) => !isThere(port, [family]));
      return lacking.length === 0 ? [] : [{ ...port, families: lacking }];
    });
    return { missing, listeners };
  }

  close(): void {
    this.#socket.close();
  }
}
