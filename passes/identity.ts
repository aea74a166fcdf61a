/**
 * Bits from identities. What is derived here is the same on every machine and after
 * every edit; nothing in it depends on what else there is.
 */
import { hashString, mix } from "../src/core/hash.ts";

/** What parts names in a text that stands for them: no name has it. */
const nul = "\u0000";

/** A word of 32 bits, with its sign, from a text; another in each lane. */
const word = (text: string, lane: number): number => {
  let state = mix(hashString(text), lane) | 0;
  for (let i = 0; i < text.length; i++) state = mix(state ^ text.charCodeAt(i), lane + i) | 0;
  return state;
};

/** The halves of a word in hexadecimal. */
const high = (word: number): string => (word >>> 16).toString(16);
const low = (word: number): string => (word & 0xffff).toString(16);

/** All eight digits of a word. By halves: V8 writes a larger number four times slower. */
const digits = (word: number): string => high(word).padStart(4, "0") + low(word).padStart(4, "0");

/** No unit of UTF-16: it ends each text of a fingerprint. */
const end = 0x10000;

/**
 * A list of texts in 32 hexadecimal digits: four multiplicative hashes (FNV-1a, each with
 * a factor of its own) in one walk. For comparing, not for trust.
 */
export const fingerprint = (texts: readonly string[]): string => {
  let [a, b, c, d] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (const text of texts) {
    for (let i = 0; i <= text.length; i++) {
      const code = i < text.length ? text.charCodeAt(i) : end;
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x27d4eb2f);
      c = Math.imul(c ^ code, 0x165667b1);
      d = Math.imul(d ^ code, 0x2c1b3c6d);
    }
  }
  return [digits(mix(a, 0)), digits(mix(b, 1)), digits(mix(c, 2)), digits(mix(d, 3))].join("");
};

const alphabet = "0123456789abcdefghijklmnopqrstuv";

/** The lowest 25 bits of a word. */
const fiveLetters = (bits: number): string =>
  String.fromCharCode(
    letter(bits),
    letter(bits >>> 5),
    letter(bits >>> 10),
    letter(bits >>> 15),
    letter(bits >>> 20),
  );
const letter = (bits: number): number => alphabet.charCodeAt(bits & 31);

/** A name of an interface: `v` and 50 bits, in 11 bytes. */
export const linkName = (system: string, automaton: string, index: number): string => {
  const text = ["link", system, automaton, index].join(nul);
  return ["v", fiveLetters(word(text, 0)), fiveLetters(word(text, 1))].join("");
};

/** Eight groups in the canonical text of RFC 5952. */
const canonical = (groups: readonly string[]): string => {
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let zeros = 0;
    while (i + zeros < 8 && groups[i + zeros] === "0") zeros++;
    if (zeros > length) [start, length] = [i, zeros];
  }
  if (start < 0) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
};

/** Remembers what it came to last: members are asked about one after the other. */
const lastly = <T>(make: (of: string) => T): ((of: string) => T) => {
  let last: { readonly of: string; readonly made: T } | null = null;
  return (of) => {
    if (last?.of !== of) last = { of, made: make(of) };
    return last.made;
  };
};

const systemGroups = (first: number, system: string): readonly string[] => {
  const text = ["system", system].join(nul);
  const [a, b] = [word(text, 0), word(text, 1)];
  const rest = (a << 8) | (b >>> 24);
  return [(first | (a >>> 24)).toString(16), high(rest), low(rest)];
};
const concreteGroups = lastly((system) => systemGroups(0xfc00, system));
const virtualGroups = lastly((system) => systemGroups(0xfd00, system));

/**
 * The concrete addresses of an automaton, by index: `fc` and 40 bits of the system, 48 of
 * the automaton, 32 of the index.
 */
export const concrete6 = (system: string, automaton: string): ((index: number) => string) => {
  const text = ["automaton", system, automaton].join(nul);
  const [a, b] = [word(text, 0), word(text, 1)];
  const prefix = concreteGroups(system).concat(high(a), low(a), high(b));
  return (index) => canonical(prefix.concat(high(index + 1), low(index + 1)));
};

/** Virtual: `fd` and 40 bits of the system, 80 of the service. */
export const virtual6 = (system: string, service: string): string => {
  const text = ["service", system, service].join(nul);
  const [a, b, c] = [word(text, 0), word(text, 1), word(text, 2)];
  return canonical(virtualGroups(system).concat(high(a), low(a), high(b), low(b), high(c)));
};

const dotted = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");

/** Half of 10.0.0.0/8, without the addresses that end in 0 or 255. */
export const half4 = {
  size: 1 << 23,
  forbidden: (slot: number): boolean => (slot & 255) === 0 || (slot & 255) === 255,
};
/** The IPv4 address of an instance that has this slot. */
export const concrete4 = (slot: number): string => dotted((0x0a000000 | slot) >>> 0);
/** The IPv4 address of a service that has this slot. */
export const virtual4 = (slot: number): string => dotted((0x0a800000 | slot) >>> 0);

/** The slot of an address of either half. */
export const slotOf4 = (address: string): number => {
  const value = address.split(".").reduce((sum, part) => (sum << 8) | Number(part), 0);
  return value & (half4.size - 1);
};
