/**
 * Connections that a change of what is published leaves as they must not be. The kernel looks only
 * the first packet of a connection up in the table, and UDP of one client from one port is one
 * connection as long as it sends: it would go for ever to where the port led before.
 */
import { hasPort, isRange, publishedPorts } from "../../../src/core/port-range.ts";
import type { Egress, Publication } from "../../../src/core/resource.ts";
import { getAddresses, readAddress } from "../../netlink/address.ts";
import {
  type Connection,
  deleteConnection,
  getConnections,
  isMatch,
  readConnection,
} from "../../netlink/conntrack.ts";
import { families } from "../../netlink/ip.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { protocolNumber } from "../fields.ts";

/** Sockets in the host's namespace: of rtnetlink, and of netfilter. */
export interface HostSockets {
  readonly route: NetlinkSocket;
  readonly filter: NetlinkSocket;
}

/** Connections to a port of this machine, by whatever address of it. */
const connectionsTo = ({ route, filter }: HostSockets, publication: Publication): readonly Connection[] => {
  const own = new Set(route.dump(getAddresses(), readAddress).map(({ address }) => address));
  const ports = publishedPorts(publication);
  const protocol = protocolNumber(publication.transport);
  // The kernel knows one port, or all.
  const original = isRange(ports) ? { protocol } : { protocol, destinationPort: ports.number };
  return [families.inet, families.inet6].flatMap((family) =>
    filter
      .dump(getConnections({ family, original }), readConnection)
      .filter((connection) => isMatch(connection, { family, original }))
      .filter((connection) => hasPort(ports, connection.original.destinationPort))
      .filter(({ original: { destination } }) => own.has(destination) || destination.startsWith("127.")),
  );
};

/** Whether it goes to the service, at its port, or at that of its range that was asked for. */
const leadsTo = ({ original, reply }: Connection, { vip: { v4, v6 }, number, last }: Publication): boolean =>
  reply.sourcePort === (last === undefined ? number : original.destinationPort) &&
  (reply.source === v4 || reply.source === v6);

/** Whether it goes to the very address and port that it was asked for. */
const isPlain = ({ original, reply }: Connection): boolean =>
  reply.source === original.destination && reply.sourcePort === original.destinationPort;

const end = ({ filter }: HostSockets, connections: readonly Connection[]): void => {
  // One that ended meanwhile is refused, and that is as well.
  filter.perform(connections.map(deleteConnection));
};

/**
 * Ends what goes to a port that is published now, but not to its service. A program that no longer
 * listens there keeps the TCP connections that it has.
 */
export const endFlowsBeside = (sockets: HostSockets, publication: Publication): void =>
  end(
    sockets,
    connectionsTo(sockets, publication).filter(
      (one) => !leadsTo(one, publication) && !(isPlain(one) && one.isEstablished),
    ),
  );

/** Ends what goes to the service of a publication that is no more. */
export const endFlowsOf = (sockets: HostSockets, publication: Publication): void =>
  end(
    sockets,
    connectionsTo(sockets, publication).filter((one) => leadsTo(one, publication)),
  );

/** Ends what goes out to a service that nobody is let out to any more. */
export const endFlowsFrom = (sockets: HostSockets, { vip, transport, anywhere }: Egress): void => {
  for (const source of [vip.v4, vip.v6]) {
    if (source === null) continue;
    const family = source.includes(":") ? families.inet6 : families.inet;
    const original = anywhere === true ? { source } : { source, protocol: protocolNumber(transport) };
    const found = sockets.filter.dump(getConnections({ family, original }), readConnection);
    end(
      sockets,
      found.filter((one) => isMatch(one, { family, original })),
    );
  }
};
