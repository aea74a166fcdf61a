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

/** `ORIGIN . ADDRESS . PROTOCOL . PORT : MARK`, of a service or an instance; a range of ports is one interval. */
const policyElements = (
  origin: number,
  to: PortRange & { readonly address: DualAddress; readonly transport: Transport },
  oneWay: boolean,
): readonly Placed[] =>
  faces(to.address).map(({ family, address }) => {
    const head = joinFields([hostWord(origin), address, protocolWord(to.transport)]);
    return {
      set: isRange(to) ? setNames.policyRanges(family) : setNames.policy(family),
      element: {
        key: joinFields([head, portWord(to.number)]),
        ...(isRange(to) ? { keyEnd: joinFields([head, portWord(lastOf(to))]) } : {}),
        data: hostWord((oneWay ? (origin | oneWayBit) >>> 0 : origin) >>> 0),
        comment: null,
      },
    };
  });

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
      return [...slotElements(resource), ...recordElements(resource)];
    case "wire":
      if (resource.anywhere === true) return [...internetElements(resource), ...recordElements(resource)];
      return [
        ...reachedBy(resource).flatMap((reached) =>
          policyElements(resource.origin, { ...reached, transport: resource.transport }, isMute(resource)),
        ),
        ...recordElements(resource),
      ];
    case "egress":
      return [...placeElements(resource, setNames.outside), ...recordElements(resource)];
    case "publication": {
      const { vip: address, ...ports } = resource;
      return [...policyElements(hostOrigin, { address, ...ports }, false), ...recordElements(resource)];
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
    before: [...slots.before, ...records.before],
    after: [...slots.after, ...records.after],
  };
};
