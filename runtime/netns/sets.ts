/** The sets and maps of a hub's table, and what is in their values. */
import type { SetShape } from "../nftables/set.ts";
import type { Family } from "./names.ts";
import { type SlotCount, slotCounts } from "./slots.ts";

/** In a ct mark: no reply passes. The other 31 bits are the origin. */
export const oneWayBit = 0x8000_0000;
/** The origin of what comes from the host through a publication; no automaton has it. */
export const hostOrigin = 0x7fff_ffff;
/**
 * The mark of a packet that the hub sends on in its own name, as the reply would not come back
 * to it: one that goes to the instance that sent it, or whose sender has an address of the system.
 */
export const disguisedMark = 0xffff_ffff;
/** The mark of a reply to what came from the host: it goes back there, whatever its address is. */
export const returnMark = 0xffff_fffe;

export const setNames = {
  /** Link to automaton. */
  origin: "origin",
  /** What may be asked: `automaton . VIP . protocol . port`. */
  policy: (family: Family): string => `policy${family}`,
  /** Who answers: `VIP . protocol . port . slot`. */
  slots: (family: Family, count: SlotCount): string => `vip${family}_${count}`,
  /** The same two where there is a range of ports: their keys are intervals. */
  policyRanges: (family: Family): string => `policyranges${family}`,
  slotRanges: (family: Family, count: SlotCount): string => `ranges${family}_${count}`,
  /** Who is outside of the system: `VIP . address . protocol . port`. */
  outside: (family: Family): string => `outside${family}`,
  /** Who may go out to the internet, and in whose name: automaton to VIP. */
  internet: (family: Family): string => `internet${family}`,
  /** What the addresses do not say: records in comments. */
  registry: "registry",
} as const;

/** The last bytes of the keys that have a slot. */
export const slotWidth = 4;

/** Whether an element, by its id, is one of several of a service. */
export const hasSlots = (id: string): boolean => /^(vip|ranges)[46]_(?!1\n)/.test(id);

const ip = (family: Family): "ipv4" | "ipv6" => (family === 4 ? "ipv4" : "ipv6");

export const shapes: readonly SetShape[] = [
  { name: setNames.origin, key: ["ifname"], data: ["mark"] },
  ...([4, 6] as const).flatMap((family): SetShape[] => [
    { name: setNames.policy(family), key: ["mark", ip(family), "protocol", "port"], data: ["mark"] },
    {
      name: setNames.policyRanges(family),
      key: ["mark", ip(family), "protocol", "port"],
      data: ["mark"],
      intervals: true,
    },
    { name: setNames.internet(family), key: ["mark"], data: [ip(family)] },
    { name: setNames.outside(family), key: [ip(family), ip(family), "protocol", "port"], data: null },
    ...slotCounts.map(
      (count): SetShape => ({
        name: setNames.slots(family, count),
        key: [ip(family), "protocol", "port", ...(count === 1 ? [] : (["mark"] as const))],
        data: [ip(family), "port"],
      }),
    ),
    ...slotCounts.map(
      (count): SetShape => ({
        name: setNames.slotRanges(family, count),
        key: [ip(family), "protocol", "port", ...(count === 1 ? [] : (["mark"] as const))],
        data: [ip(family)],
        intervals: true,
      }),
    ),
  ]),
  { name: setNames.registry, key: ["ipv6"], data: null },
];
