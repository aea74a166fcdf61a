/**
 * Connections that a change ends by itself. A removed wire needs nothing: the table asks
 * for each packet. TCP to a removed endpoint drains; what is left of it when the
 * instance goes is reset by the hub, packet by packet.
 */
import { hasPort, isRange, type PortRange } from "../../src/core/port-range.ts";
import {
  type DualAddress,
  type Endpoint,
  reachedBy,
  type Service,
  type Wire,
} from "../../src/core/resource.ts";
import {
  type Connection,
  type ConnectionFilter,
  deleteConnection,
  getConnections,
  isMatch,
  readConnection,
} from "../netlink/conntrack.ts";
import { families } from "../netlink/ip.ts";
import { protocolNumber } from "./fields.ts";
import type { Hub } from "./hub.ts";
import { oneWayBit } from "./sets.ts";

const forget = (
  hub: Hub,
  filter: ConnectionFilter,
  isMeant: (connection: Connection) => boolean = () => true,
): void => {
  const found = hub.connections
    .dump(getConnections(filter), readConnection)
    .filter((connection) => isMatch(connection, filter) && isMeant(connection));
  // One that ended meanwhile is refused, and that is as well.
  hub.connections.perform(found.map(deleteConnection));
};

/** What the kernel is asked for: it knows one port, or all. */
const onlyPort = (ports: PortRange): { readonly destinationPort?: number } =>
  isRange(ports) ? {} : { destinationPort: ports.number };

/** Whether a connection was asked for at one of these ports. */
const isTo =
  (ports: PortRange) =>
  ({ original }: Connection): boolean =>
    hasPort(ports, original.destinationPort);

const faces = ({ v4, v6 }: DualAddress): readonly { readonly family: number; readonly address: string }[] => [
  ...(v4 === null ? [] : [{ family: families.inet, address: v4 }]),
  { family: families.inet6, address: v6 },
];

/** Ends what a wire carried that is a message wire now: replies to it are not kept back. */
export const endConnectionsOf = (hub: Hub, wire: Wire): void => {
  const protocol = protocolNumber(wire.transport);
  for (const { address: reached, ...ports } of reachedBy(wire)) {
    for (const { family, address: destination } of faces(reached)) {
      for (const mark of [wire.origin, (wire.origin | oneWayBit) >>> 0])
        forget(hub, { family, mark, original: { destination, protocol, ...onlyPort(ports) } }, isTo(ports));
    }
  }
};

/** UDP has no end that could be waited for: what went to removed endpoints goes to others at once. */
export const endDatagramsTo = (hub: Hub, service: Service, removed: readonly Endpoint[]): void => {
  if (service.transport !== "udp" || removed.length === 0) return;
  const protocol = protocolNumber("udp");
  for (const { family, address } of faces(service.vip)) {
    const gone = new Set(
      removed.map((endpoint) => (family === families.inet ? endpoint.address.v4 : endpoint.address.v6)),
    );
    const isMeant = isTo(service);
    const original = { destination: address, protocol, ...onlyPort(service) };
    forget(hub, { family, original }, (one) => isMeant(one) && gone.has(one.reply.source));
  }
};
