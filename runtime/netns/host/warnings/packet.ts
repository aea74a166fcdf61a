/**
 * What becomes of a packet in chains of somebody else, as far as that can be told beforehand: each
 * step of a rule holds, does not, or is unknown (as it depends on the sender, or on what we do not
 * read), and where it is unknown both are followed.
 */

import type { ForeignChain, ForeignElement, ForeignRule, Step, Verdict } from "../../../nftables/foreign.ts";
import { hostWord } from "../../../nftables/message.ts";

/** A packet of whatever client. Links by index and name. */
export interface Packet {
  readonly family: 4 | 6;
  readonly from: { readonly index: number; readonly name: string };
  /** Null: to this machine itself. */
  readonly to: { readonly index: number; readonly name: string } | null;
  readonly protocol: number;
  /** Null: unknown. */
  readonly port: number | null;
  /** Whether it is a reply; else it begins a connection. */
  readonly isReply: boolean;
  /** Whether its connection goes elsewhere than it was asked for. */
  readonly isTranslated: boolean;
}

/** What may become of it: the policy of a chain decides on what goes on. */
export type PacketVerdict = "accepted" | "dropped" | "goes on";

/** Chains by name with their rules, and elements of sets by name; of one table. */
export interface ForeignTable {
  readonly rules: ReadonlyMap<string, readonly ForeignRule[]>;
  elements(set: string): readonly ForeignElement[];
}

/** A chain that the kernel calls, with its table. */
export interface Called {
  readonly chain: ForeignChain;
  readonly table: ForeignTable;
}

type Truth = boolean | null;

const ctState = { established: 2, new: 8 } as const;
const dnat = 0x20;

const nameBytes = (name: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(name).subarray(0, 16));
  return bytes;
};

/** What a load gives; null: unknown. */
const loaded = (what: string, packet: Packet): Uint8Array | null => {
  switch (what) {
    case "iif":
      return hostWord(packet.from.index);
    case "oif":
      return hostWord(packet.to?.index ?? 0);
    case "iifname":
      return nameBytes(packet.from.name);
    case "oifname":
      return nameBytes(packet.to?.name ?? "");
    case "nfproto":
      return Uint8Array.of(packet.family === 4 ? 2 : 10);
    case "l4proto":
      return Uint8Array.of(packet.protocol);
    case "network 9":
      return packet.family === 4 ? Uint8Array.of(packet.protocol) : null;
    case "network 6":
      return packet.family === 6 ? Uint8Array.of(packet.protocol) : null;
    case "transport 2":
      return packet.port === null ? null : Uint8Array.of(packet.port >> 8, packet.port & 0xff);
    case "ctstate":
      return hostWord(packet.isReply ? ctState.established : ctState.new);
    case "ctdirection":
      return Uint8Array.of(packet.isReply ? 1 : 0);
    case "ctstatus":
      return packet.isReply ? null : hostWord(packet.isTranslated ? dnat : 0);
    default:
      return null;
  }
};

/** The registers: 64 bytes, of which some are known. */
class Registers {
  readonly #bytes = new Uint8Array(64);
  readonly #known = new Uint8Array(64);

  put(word: number, bytes: Uint8Array | null, length: number): void {
    const at = word * 4;
    const end = Math.min(64, at + ((length + 3) & ~3));
    this.#bytes.fill(0, at, end);
    this.#known.fill(bytes === null ? 0 : 1, at, end);
    if (bytes !== null) this.#bytes.set(bytes.subarray(0, Math.min(length, 64 - at)), at);
  }

  get(word: number, length: number): Uint8Array | null {
    const [at, end] = [word * 4, word * 4 + length];
    if (end > 64 || this.#known.subarray(at, end).includes(0)) return null;
    return this.#bytes.slice(at, end);
  }
}

const compared = (order: number, how: number): Truth =>
  [order === 0, order !== 0, order < 0, order <= 0, order > 0, order >= 0][how] ?? null;

const not = (truth: Truth): Truth => (truth === null ? null : !truth);

/** The element that a key is, or is in the range of; undefined: none. Null: that cannot be told. */
const find = (elements: readonly ForeignElement[], key: Uint8Array): ForeignElement | undefined | null => {
  if (elements.some(({ isWide }) => isWide)) return null;
  if (!elements.some(({ isEnd }) => isEnd)) return elements.find((one) => Buffer.compare(one.key, key) === 0);
  const below = elements
    .filter((one) => Buffer.compare(one.key, key) <= 0)
    // Where one range ends another may begin.
    .sort((a, b) => Buffer.compare(a.key, b.key) || Number(b.isEnd) - Number(a.isEnd));
  const last = below.at(-1);
  return last?.isEnd === false ? last : undefined;
};

/** `struct xt_conntrack_mtinfo3`: where its flags and states begin. */
const conntrackInfo = { flags: 146, inverted: 148, states: 150, status: 152 } as const;
const conntrackBits = { state: 1, established: 2, new: 8, translated: 0x80 } as const;

/** A match of iptables. */
const matched = (name: string, info: Uint8Array, packet: Packet): Truth => {
  if (name === "comment") return true;
  if (name !== "conntrack" || info.length < conntrackInfo.status) return null;
  const at = (offset: number): number => new DataView(info.buffer, info.byteOffset).getUint16(offset, true);
  // Of states alone it is known what they are.
  if (at(conntrackInfo.flags) !== conntrackBits.state) return null;
  const states = at(conntrackInfo.states);
  const own = packet.isReply ? conntrackBits.established : conntrackBits.new;
  const isIn = (states & (own | (packet.isTranslated ? conntrackBits.translated : 0))) !== 0;
  return at(conntrackInfo.inverted) === 0 ? isIn : !isIn;
};

/** What one step comes to: whether the rule goes on, or what it decides. */
type StepResult = { readonly holds: Truth; readonly verdict?: Verdict };

const take = (step: Step, packet: Packet, registers: Registers, table: ForeignTable): StepResult => {
  switch (step._tag) {
    case "load":
      registers.put(step.to, loaded(step.what, packet), step.length);
      return { holds: true };
    case "constant":
      registers.put(step.to, step.bytes, step.bytes.length);
      return { holds: true };
    case "bitwise": {
      const value = registers.get(step.from, step.mask.length);
      const result = value?.map((byte, i) => (byte & step.mask[i]!) ^ step.xor[i]!) ?? null;
      registers.put(step.to, result, step.mask.length);
      return { holds: true };
    }
    case "compare": {
      const value = registers.get(step.from, step.bytes.length);
      return { holds: value === null ? null : compared(Buffer.compare(value, step.bytes), step.how) };
    }
    case "range": {
      const value = registers.get(step.from, step.low.length);
      if (value === null) return { holds: null };
      const isIn = Buffer.compare(value, step.low) >= 0 && Buffer.compare(value, step.high) <= 0;
      return { holds: isIn !== step.isInverted };
    }
    case "lookup": {
      const elements = table.elements(step.set);
      const length = elements[0]?.key.length ?? 0;
      const value = registers.get(step.from, length);
      const found = value === null ? null : find(elements, value);
      if (step.gives === "data") registers.put(step.to, null, 16);
      const holds = found === null ? null : found !== undefined;
      if (step.gives === "verdict" && found != null)
        return found.verdict === null ? { holds: null } : { holds: true, verdict: found.verdict };
      return { holds: step.isInverted ? not(holds) : holds };
    }
    case "match":
      return { holds: matched(step.name, step.info, packet) };
    case "verdict":
      return { holds: true, verdict: step.verdict };
    case "target":
      if (step.name === "REJECT") return { holds: true, verdict: { code: "drop", chain: "" } };
      return { holds: step.name === "LOG" || step.name === "NFLOG" ? true : null };
    case "nothing":
      return { holds: true };
    case "unknown":
      return { holds: null };
  }
};

/** Jumps that go deeper than the kernel allows. */
const deepest = 16;

/** What may become of a packet in a chain, and in those that it jumps to. */
export const outcomes = (
  table: ForeignTable,
  chain: string,
  packet: Packet,
  depth = 0,
): ReadonlySet<PacketVerdict> => {
  const possible = new Set<PacketVerdict>();
  if (depth > deepest) return new Set<PacketVerdict>(["accepted", "dropped", "goes on"]);
  for (const { steps } of table.rules.get(chain) ?? []) {
    const registers = new Registers();
    let holds: Truth = true;
    let verdict: Verdict | null = null;
    for (const step of steps) {
      const outcome = take(step, packet, registers, table);
      if (outcome.holds === false) holds = false;
      else if (outcome.holds === null) holds = null;
      if (holds === false) break;
      verdict = outcome.verdict ?? verdict;
    }
    if (holds === false || verdict === null || verdict.code === "continue") continue;
    const after = decided(table, verdict, packet, depth);
    for (const outcome of after.outcomes) possible.add(outcome);
    if (holds === true && !after.goesOn) return possible;
  }
  possible.add("goes on");
  return possible;
};

/** What a verdict may come to, and whether the next rule of the chain may be asked. */
const decided = (
  table: ForeignTable,
  { code, chain }: Verdict,
  packet: Packet,
  depth: number,
): { readonly outcomes: ReadonlySet<PacketVerdict>; readonly goesOn: boolean } => {
  switch (code) {
    case "accept":
      return { outcomes: new Set(["accepted"]), goesOn: false };
    case "drop":
      return { outcomes: new Set(["dropped"]), goesOn: false };
    case "return":
      return { outcomes: new Set(["goes on"]), goesOn: false };
    case "goto":
      return { outcomes: outcomes(table, chain, packet, depth + 1), goesOn: false };
    case "jump": {
      const inside = new Set(outcomes(table, chain, packet, depth + 1));
      const goesOn = inside.delete("goes on");
      return { outcomes: inside, goesOn };
    }
    // To a program that decides.
    case "other":
      return { outcomes: new Set(["accepted", "dropped"]), goesOn: false };
    case "continue":
      return { outcomes: new Set(), goesOn: true };
  }
};
