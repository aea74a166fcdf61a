/** Elements of the hub's sets and maps: how keys and values are laid out, and what a resource asks for. */
import { isRange, lastOf, type PortRange } from "../../src/core/port-range.ts";
import {
  type DualAddress,
  type Egress,
  type Resource,
  reachedBy,
  type Service,
  type Transport,
  type Wire,
} from "../../src/core/resource.ts";
import { parseIp } from "../netlink/ip.ts";
import { hostWord, readHostWord } from "../nftables/message.ts";
import type { Placed } from "../nftables/ruleset.ts";
import { faces, joinFields, nameField, portWord, protocolWord } from "./fields.ts";
import type { Family } from "./names.ts";
import { recordChanges, recordElements } from "./registry.ts";
import { hostOrigin, oneWayBit, setNames } from "./sets.ts";
import { slotChanges, slotElements } from "./slot-elements.ts";

/** `LINK : ORIGIN` */
export const originElement = (link: string, origin: number): Placed => ({
  set: setNames.origin,
  element: { key: nameField(link), data: hostWord(origin), comment: null },
});

/** What an origin element says. */
export const originOf = ({ element }: Placed): readonly [link: string, origin: number] => {
  const zero = element.key.indexOf(0);
  const link = new TextDecoder().decode(element.key.subarray(0, zero < 0 ? undefined : zero));
  return [link, element.data === null ? 0 : readHostWord(element.data, 0)];
};

/** `ORIGIN . ADDRESS . PROTOCOL . PORT : MARK`, of a service or an instance. */
const policyElements = (
  origin: number,
  to: { readonly address: DualAddress; readonly transport: Transport; readonly number: number },
  oneWay: boolean,
): readonly Placed[] =>
  faces(to.address).map(({ family, address }) => ({
    set: setNames.policy(family),
    element: {
      key: joinFields([hostWord(origin), address, protocolWord(to.transport), portWord(to.number)]),
      data: hostWord((oneWay ? (origin | oneWayBit) >>> 0 : origin) >>> 0),
      comment: null,
    },
  }));

/**
 * `ADDRESS . PROTOCOL . FIRST-LAST : FIRST`, of a service or an instance with a range of ports: one interval, by which
 * whatever else asks for a port finds the range by its first.
 */
const rangeElements = (address: DualAddress, transport: Transport, ports: PortRange): readonly Placed[] =>
  !isRange(ports)
    ? []
    : faces(address).map(({ family, address: bytes }) => {
        const head = joinFields([bytes, protocolWord(transport)]);
        return {
          set: setNames.ranges(family),
          element: {
            key: joinFields([head, portWord(ports.number)]),
            keyEnd: joinFields([head, portWord(lastOf(ports))]),
            data: portWord(ports.number).subarray(0, 2),
            comment: null,
          },
        };
      });

const serviceRange = (service: Service): readonly Placed[] =>
  rangeElements(service.vip, service.transport, service);

/** Whether replies are kept back. TCP has to acknowledge, so there it only decides which side may open a connection. */
const isMute = (wire: Wire): boolean => wire.oneWay && wire.transport === "udp";

/** `VIP . ADDRESS . PROTOCOL . PORT` of a set of each family, in the hub and on the host. */
export const placeElements = (
  { vip, transport, to }: Egress,
  set: (family: Family) => string,
): readonly Placed[] =>
  faces(vip).flatMap(({ family, address }) =>
    to.flatMap(({ address: place, number }): Placed[] => {
      const there = place[family === 4 ? "v4" : "v6"];
      if (there === null) return [];
      const key = joinFields([address, parseIp(there), protocolWord(transport), portWord(number)]);
      return [{ set: set(family), element: { key, data: null, comment: null } }];
    }),
  );

/** `ORIGIN : VIP` */
const internetElements = ({ origin, vip }: Wire): readonly Placed[] =>
  faces(vip).map(({ family, address }) => ({
    set: setNames.internet(family),
    element: { key: hostWord(origin), data: address, comment: null },
  }));

/** The virtual address in whose name a system goes anywhere, in a set of each family. */
export const anywhereElements = ({ vip }: Egress, set: (family: Family) => string): readonly Placed[] =>
  faces(vip).map(({ family, address }) => ({
    set: set(family),
    element: { key: address, data: null, comment: null },
  }));

/** The kinds of resources that are elements, or have some. */
export type Filtered = Extract<
  Resource,
  { kind: "instance" | "service" | "wire" | "publication" | "egress" }
>;

/**
 * All elements of a resource. Two wires of one automaton to one service share theirs;
 * what differs between them is settled where elements are counted.
 */
export const elementsOf = (resource: Filtered): readonly Placed[] => {
  switch (resource.kind) {
    case "instance":
      return [originElement(resource.link, resource.origin)];
    case "service":
      return [...slotElements(resource), ...serviceRange(resource), ...recordElements(resource)];
    case "wire":
      if (resource.anywhere === true) return [...internetElements(resource), ...recordElements(resource)];
      return [
        ...reachedBy(resource).flatMap((reached) =>
          policyElements(resource.origin, { ...reached, transport: resource.transport }, isMute(resource)),
        ),
        ...(resource.each ?? []).flatMap(({ address, ...ports }) =>
          rangeElements(address, resource.transport, ports),
        ),
        ...recordElements(resource),
      ];
    case "egress":
      return [...placeElements(resource, setNames.outside), ...recordElements(resource)];
    case "publication": {
      const { vip: address, transport, number } = resource;
      return [
        ...policyElements(hostOrigin, { address, transport, number }, false),
        ...recordElements(resource),
      ];
    }
  }
};

/**
 * The elements of a service before and after other endpoints answer for it, without those that
 * stay: there are very many, and an endpoint that dies is to leave at once.
 */
export const serviceChanges = (
  before: Service,
  after: Service,
): { readonly before: readonly Placed[]; readonly after: readonly Placed[] } => {
  const [slots, records] = [slotChanges(before, after), recordChanges(before, after)];
  return {
    before: [...slots.before, ...serviceRange(before), ...records.before],
    after: [...slots.after, ...serviceRange(after), ...records.after],
  };
};
