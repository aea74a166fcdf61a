/** The elements that say which endpoint answers at each slot of a service. */
import { isRange, lastOf } from "../../src/core/port-range.ts";
import type { Endpoint, Service } from "../../src/core/resource.ts";
import { parseIp } from "../netlink/ip.ts";
import { hostWord } from "../nftables/message.ts";
import type { Placed } from "../nftables/ruleset.ts";
import { faces, joinFields, portWord, protocolWord } from "./fields.ts";
import { setNames } from "./sets.ts";
import { assign, type SlotCount, slotCountFor } from "./slots.ts";

/** An endpoint with the number by which slots know it. */
interface Numbered {
  readonly endpoint: Endpoint;
  readonly ordinal: number;
}

/** Instances of several automata interleave. */
const numbered = (endpoints: readonly Endpoint[]): readonly Numbered[] => {
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

/** The slots of a service over one family. */
interface SlotTable {
  readonly set: string;
  readonly count: SlotCount;
  /** What all keys begin with. */
  readonly head: Uint8Array;
  /** Of a range of ports what the last keys begin with; else null. */
  readonly headEnd: Uint8Array | null;
  /** `ADDRESS PORT` of each endpoint. */
  readonly targets: readonly string[];
  /** Of each slot the position in `targets`. */
  readonly owners: Uint16Array;
}

const ownersAmong = (endpoints: readonly Numbered[]): Uint16Array =>
  assign(
    slotCountFor(endpoints.length),
    endpoints.map(({ ordinal }) => ordinal),
  );

const slotTables = (service: Service): readonly SlotTable[] => {
  const everyone = numbered(service.endpoints);
  const owners = ownersAmong(everyone);
  return faces(service.vip).flatMap(({ family, address }) => {
    const addressOf = ({ endpoint }: Numbered): string | null => endpoint.address[family === 4 ? "v4" : "v6"];
    const there = everyone.filter((one) => addressOf(one) !== null);
    if (there.length === 0) return [];
    const count = slotCountFor(there.length);
    const headAt = (port: number): Uint8Array =>
      joinFields([address, protocolWord(service.transport), portWord(port)]);
    return {
      set: isRange(service) ? setNames.slotRanges(family, count) : setNames.slots(family, count),
      count,
      head: headAt(service.number),
      headEnd: isRange(service) ? headAt(lastOf(service)) : null,
      targets: there.map((one) => `${addressOf(one)} ${one.endpoint.number}`),
      owners: there.length === everyone.length ? owners : ownersAmong(there),
    };
  });
};

const targetData = (target: string, isOfRange: boolean): Uint8Array => {
  const [address = "", number = ""] = target.split(" ");
  return isOfRange ? parseIp(address) : joinFields([parseIp(address), portWord(Number(number))]);
};

/**
 * `VIP . PROTOCOL . PORT . SLOT : ADDRESS . PORT`, of the slots that are chosen; of a range of ports, whose programs
 * listen where they are asked, `VIP . PROTOCOL . FIRST-LAST . SLOT : ADDRESS`.
 */
const elementsOfTable = (
  { set, count, head, headEnd, targets, owners }: SlotTable,
  isChosen: (slot: number) => boolean,
): readonly Placed[] => {
  const data: Uint8Array[] = [];
  const placed: Placed[] = [];
  for (let slot = 0; slot < count; slot += 1) {
    if (!isChosen(slot)) continue;
    const owner = owners[slot]!;
    data[owner] ??= targetData(targets[owner]!, headEnd !== null);
    const at = (begin: Uint8Array): Uint8Array => (count === 1 ? begin : joinFields([begin, hostWord(slot)]));
    const end = headEnd === null ? {} : { keyEnd: at(headEnd) };
    placed.push({ set, element: { key: at(head), ...end, data: data[owner], comment: null } });
  }
  return placed;
};

const all = (): boolean => true;

/** All slots of a service. */
export const slotElements = (service: Service): readonly Placed[] =>
  slotTables(service).flatMap((table) => elementsOfTable(table, all));

const isSamePlace = (a: SlotTable, b: SlotTable): boolean =>
  a.set === b.set &&
  Buffer.compare(a.head, b.head) === 0 &&
  Buffer.compare(a.headEnd ?? a.head, b.headEnd ?? b.head) === 0;

/** The slots at which another endpoint answers after a change. */
export const slotChanges = (
  before: Service,
  after: Service,
): { readonly before: readonly Placed[]; readonly after: readonly Placed[] } => {
  const [were, are] = [slotTables(before), slotTables(after)];
  const changes = were.map((was) => {
    const now = are.find((table) => isSamePlace(table, was));
    if (now === undefined) return { before: elementsOfTable(was, all), after: [] };
    const positions = new Map(was.targets.map((target, position) => [target, position] as const));
    const earlier = now.targets.map((target) => positions.get(target) ?? -1);
    const isChanged = (slot: number): boolean => earlier[now.owners[slot]!] !== was.owners[slot];
    return { before: elementsOfTable(was, isChanged), after: elementsOfTable(now, isChanged) };
  });
  const isNew = (now: SlotTable): boolean => !were.some((was) => isSamePlace(was, now));
  const added = are.filter(isNew).flatMap((now) => elementsOfTable(now, all));
  return {
    before: changes.flatMap((change) => change.before),
    after: [...changes.flatMap((change) => change.after), ...added],
  };
};
