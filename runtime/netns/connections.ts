/**
 * Connections that a change ends by itself. A removed wire needs nothing: the table asks
 * for each packet. TCP to a removed endpoint drains; what is left of it when the
 * instance goes is reset by the hub, packet by packet.
 */
import type { DualAddress, Endpoint, Service, Wire } from "../../src/core/resource.ts";
import {
  type ConnectionFilter,
  deleteConnection,
  getConnections,
  isMatch,
  readConnection,
} from "../netlink/conntrack.ts";
import { families } from "../netlink/ip.ts";
import { protocolNumber } from "./element.ts";
import type { Hub } from "./hub.ts";
import { oneWayBit } from "./ruleset.ts";

const forget = (hub: Hub, filter: ConnectionFilter): void => {
  const found = hub.connections
    .dump(getConnections(filter), readConnection)
    .filter((connection) => isMatch(connection, filter));
  // One that ended meanwhile is refused, and that is as well.
  hub.connections.perform(found.map(deleteConnection));
};

const faces = ({ v4, v6 }: DualAddress): readonly { readonly family: number; readonly address: string }[] => [
  ...(v4 === null ? [] : [{ family: families.inet, address: v4 }]),
  { family: families.inet6, address: v6 },
];

/** Ends what a wire carried that is a message wire now: replies to it are not kept back. */
export const endConnectionsOf = (hub: Hub, wire: Wire): void => {
  for (const { family, address } of faces(wire.vip)) {
    for (const mark of [wire.origin, (wire.origin | oneWayBit) >>> 0]) {
      const protocol = protocolNumber(wire.transport);
      forget(hub, {
        family,
        mark,
        original: { destination: address, protocol, destinationPort: wire.number },
      });
    }
  }
};

/** UDP has no end that could be waited for: what went to a removed endpoint goes to another at once. */
export const endDatagramsTo = (hub: Hub, service: Service, endpoint: Endpoint): void => {
  if (service.transport !== "udp") return;
  const protocol = protocolNumber("udp");
  for (const { family, address } of faces(endpoint.address)) {
    forget(hub, { family, reply: { source: address, protocol, sourcePort: endpoint.number } });
  }
};
