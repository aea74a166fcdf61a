/** Elements of the hub's sets and maps: how keys and values are laid out, and what a resource asks for. */
import type { Endpoint, Resource, Service, Transport, Wire } from "../../src/core/resource.ts";
import { parseIp } from "../netlink/ip.ts";
import { hostWord, readHostWord } from "../nftables/message.ts";
import type { Placed } from "../nftables/ruleset.ts";
import { type Family, hostLink } from "./names.ts";
import { recordElements } from "./registry.ts";
import { hostOrigin, oneWayBit, setNames } from "./sets.ts";
import { assign, slotCountFor } from "./slots.ts";

export const protocolNumber = (transport: Transport): number => (transport === "tcp" ? 6 : 17);

/** Fields as a key or a value: one behind the other. */
export const joinFields = (parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
export const protocolWord = (transport: Transport): Uint8Array =>
  Uint8Array.of(protocolNumber(transport), 0, 0, 0);
export const portWord = (port: number): Uint8Array => Uint8Array.of(port >> 8, port & 255, 0, 0);

export const nameField = (name: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  new TextEncoder().encodeInto(name, bytes.subarray(0, 15));
  return bytes;
};

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

interface Face {
  readonly family: Family;
  readonly address: Uint8Array;
}
const faces = (vip: Service["vip"]): readonly Face[] => [
  ...(vip.v4 === null ? [] : [{ family: 4 as const, address: parseIp(vip.v4) }]),
  { family: 6 as const, address: parseIp(vip.v6) },
];

/** `ORIGIN . VIP . PROTOCOL . PORT : MARK` */
const policyElements = (
  origin: number,
  to: Pick<Wire, "vip" | "transport" | "number">,
  oneWay: boolean,
): readonly Placed[] =>
  faces(to.vip).map(({ family, address }) => ({
    set: setNames.policy(family),
    element: {
      key: joinFields([hostWord(origin), address, protocolWord(to.transport), portWord(to.number)]),
      data: hostWord((oneWay ? (origin | oneWayBit) >>> 0 : origin) >>> 0),
      comment: null,
    },
  }));

/** Whether replies are kept back. TCP has to acknowledge, so there it only means who may open. */
const isMute = (wire: Wire): boolean => wire.oneWay && wire.transport === "udp";

/** Endpoints with the numbers by which slots know them: instances of several automata interleave. */
const ordinals = (endpoints: readonly Endpoint[]): readonly { endpoint: Endpoint; ordinal: number }[] => {
  const parsed = endpoints.map((endpoint) => {
    const cut = endpoint.instance.lastIndexOf("/");
    return {
      endpoint,
      automaton: endpoint.instance.slice(0, cut),
      index: Number(endpoint.instance.slice(cut + 1)),
    };
  });
  const automata = [...new Set(parsed.map((one) => one.automaton))].sort();
  const rank = new Map(automata.map((automaton, index) => [automaton, index] as const));
  return parsed
    .map(({ endpoint, automaton, index }) => ({
      endpoint,
      ordinal: index * automata.length + rank.get(automaton)!,
    }))
    .sort((a, b) => a.ordinal - b.ordinal);
};

/** `VIP . PROTOCOL . PORT . SLOT : ADDRESS . PORT` */
const slotElements = (service: Service): readonly Placed[] => {
  const placed: Placed[] = [];
  const everyone = ordinals(service.endpoints);
  for (const { family, address } of faces(service.vip)) {
    const there = everyone.flatMap(({ endpoint, ordinal }) => {
      const own = family === 4 ? endpoint.address.v4 : endpoint.address.v6;
      return own === null ? [] : [{ ordinal, data: joinFields([parseIp(own), portWord(endpoint.number)]) }];
    });
    if (there.length === 0) continue;
    const count = slotCountFor(there.length);
    const set = setNames.slots(family, count);
    const head = [address, protocolWord(service.transport), portWord(service.number)];
    const owners = assign(
      count,
      there.map((one) => one.ordinal),
    );
    for (let slot = 0; slot < count; slot += 1) {
      const key = joinFields(count === 1 ? head : [...head, hostWord(slot)]);
      placed.push({ set, element: { key, data: there[owners[slot]!]!.data, comment: null } });
    }
  }
  return placed;
};

/** The kinds of resources that are elements, or have some. */
export type Filtered = Extract<Resource, { kind: "instance" | "service" | "wire" | "publication" }>;

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
      return [...policyElements(resource.origin, resource, isMute(resource)), ...recordElements(resource)];
    case "publication":
      return [
        originElement(hostLink, hostOrigin),
        ...policyElements(hostOrigin, resource, false),
        ...recordElements(resource),
      ];
  }
};
