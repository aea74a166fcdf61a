/**
 * Bits from identities. What is derived here is the same on every machine and after
 * every edit; nothing in it depends on what else there is.
 */
import { hashString, mix } from "../src/core/hash.ts";

/** `words` words of 32 bits from a list of names. */
export const digest = (names: readonly (string | number)[], words: number): number[] => {
  const text = names.join("\u0000");
  const start = hashString(text);
  const digest: number[] = [];
  for (let lane = 0; lane < words; lane++) {
    let hash = mix(start, lane);
    for (let i = 0; i < text.length; i++) hash = mix(hash ^ text.charCodeAt(i), lane + i);
    digest.push(hash);
  }
  return digest;
};

const alphabet = "0123456789abcdefghijklmnopqrstuv";

/** A name of an interface: `v` and 50 bits, in 11 bytes. */
export const linkName = (system: string, automaton: string, index: number): string => {
  let name = "v";
  for (const word of digest(["link", system, automaton, index], 2)) {
    for (let i = 0; i < 5; i++) name += alphabet[(word >>> (5 * i)) & 31];
  }
  return name;
};

const group = (word: number): [string, string] => [(word >>> 16).toString(16), (word & 0xffff).toString(16)];

/** Eight groups in the canonical text of RFC 5952. */
const canonical = (groups: readonly string[]): string => {
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === "0") length++;
    if (length > best.length) best = { start: i, length };
  }
  if (best.start < 0) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
};

const systemGroups = (first: number, system: string): string[] => {
  const [high, low] = digest(["system", system], 2) as [number, number];
  return [(first | (high >>> 24)).toString(16), ...group(((high << 8) | (low >>> 24)) >>> 0)];
};

let last: { readonly of: string; readonly groups: readonly string[] } = { of: "", groups: [] };

/** The groups that all instances of an automaton share; asked for one after the other. */
const prefixOf = (system: string, automaton: string): readonly string[] => {
  const of = `${system} ${automaton}`;
  if (last.of !== of) {
    const [high, low] = digest(["automaton", system, automaton], 2) as [number, number];
    last = { of, groups: [...systemGroups(0xfc00, system), ...group(high), group(low)[0]] };
  }
  return last.groups;
};

/** Concrete: `fc` and 40 bits of the system, 48 of the automaton, 32 of the index. */
export const concrete6 = (system: string, automaton: string, index: number): string =>
  canonical([...prefixOf(system, automaton), ...group((index + 1) >>> 0)]);

/** Virtual: `fd` and 40 bits of the system, 80 of the service. */
export const virtual6 = (system: string, service: string): string => {
  const [a, b, c] = digest(["service", system, service], 3) as [number, number, number];
  return canonical([...systemGroups(0xfd00, system), ...group(a), ...group(b), group(c)[0]]);
};

const dotted = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** Half of 10.0.0.0/8, without the addresses that end in 0 or 255. */
export const half4 = {
  size: 1 << 23,
  forbidden: (slot: number): boolean => (slot & 255) === 0 || (slot & 255) === 255,
};
export const concrete4 = (slot: number): string => dotted((0x0a000000 | slot) >>> 0);
export const virtual4 = (slot: number): string => dotted((0x0a800000 | slot) >>> 0);
