/** What listens in an instance, asked of the kernel: nobody is connected to, so nobody notices. */

import { closeSync } from "node:fs";
import type { Transport } from "../../src/core/resource.ts";
import { openNamespace, withNamespace } from "../namespaces.ts";
import { families } from "../netlink/ip.ts";
import type { Request } from "../netlink/message.ts";
import { fixedPart, type Message } from "../netlink/reader.ts";
import { NetlinkSocket } from "../netlink/socket.ts";
import { littleEndian } from "../netlink/writer.ts";

/** NETLINK_SOCK_DIAG */
const diagnosticBus = 4;
const SOCK_DIAG_BY_FAMILY = 20;
/** `struct inet_diag_req_v2` and `struct inet_diag_msg`. */
const requestLength = 56;
const answerLength = 72;
const protocols: Readonly<Record<Transport, number>> = { tcp: 6, udp: 17 };
/** 1 << TCP_LISTEN, and of UDP 1 << TCP_CLOSE: bound, and connected to nobody. */
const states: Readonly<Record<Transport, number>> = { tcp: 1 << 10, udp: 1 << 7 };

/** Equivalent to: `ss -ltn` or `ss -lun`. Leaves the table of all connections of the machine alone. */
const listeners = (transport: Transport, family: number): Request => ({
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

const portOf = (message: Message): number =>
  message.view.getUint16(fixedPart(message, answerLength) + 4, false);

export interface Port {
  readonly transport: Transport;
  readonly number: number;
}

/** Those of the ports at which nothing listens in a namespace yet, on either family. */
export const silentPorts = (netns: string, ports: readonly Port[]): readonly Port[] => {
  const fd = openNamespace(netns);
  try {
    const socket = withNamespace(fd, () => new NetlinkSocket(diagnosticBus));
    try {
      const open = (transport: Transport): ReadonlySet<number> =>
        new Set(
          [families.inet, families.inet6].flatMap((family) =>
            socket.dump(listeners(transport, family), portOf),
          ),
        );
      const asked = { tcp: ports.some(({ transport }) => transport === "tcp"), udp: false };
      asked.udp = ports.some(({ transport }) => transport === "udp");
      const heard = { tcp: asked.tcp ? open("tcp") : null, udp: asked.udp ? open("udp") : null };
      return ports.filter(({ transport, number }) => heard[transport]?.has(number) !== true);
    } finally {
      socket.close();
    }
  } finally {
    closeSync(fd);
  }
};
