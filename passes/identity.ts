/**
 * Bits from identities. What is derived here is the same on every machine and after
 * every edit; nothing in it depends on what else there is.
 */
import { hashString, mix } from "../src/core/hash.ts";

/** What parts names in a text that stands for them: no name has it. */
const nul = "\u0000";

/** `words` words of 32 bits, with their sign, from a text. */
const digest = (text: string, words: number): number[] => {
  const start = hashString(text);
  const digest: number[] = [];
  for (let lane = 0; lane < words; lane++) digest.push(mix(start, lane) | 0);
  // Side by side, so that the processor need not wait for one word to go on with the next.
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let lane = 0; lane < words; lane++) digest[lane] = mix(digest[lane]! ^ code, lane + i) | 0;
  }
  return digest;
};

/** The halves of a word in hexadecimal. */
const high = (word: number): string => (word >>> 16).toString(16);
const low = (word: number): string => (word & 0xffff).toString(16);

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
  return [a, b, c, d]
    .map((word, lane) => mix(word, lane))
    .map((word) => high(word).padStart(4, "0") + low(word).padStart(4, "0"))
    .join("");
};

const alphabet = "0123456789abcdefghijklmnopqrstuv";

/** A name of an interface: `v` and 50 bits, in 11 bytes. */
export const linkName = (system: string, automaton: string, index: number): string => {
  const codes = ["v".charCodeAt(0)];
  for (const word of digest(`link${nul}${system}${nul}${automaton}${nul}${index}`, 2)) {
    for (let i = 0; i < 5; i++) codes.push(alphabet.charCodeAt((word >>> (5 * i)) & 31));
  }
  return String.fromCharCode(...codes);
};

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

/** Remembers what it came to last: members are asked about one after the other. */
const lastly = <T>(make: (of: string) => T): ((of: string) => T) => {
  let last: { readonly of: string; readonly made: T } | null = null;
  return (of) => {
    if (last?.of !== of) last = { of, made: make(of) };
    return last.made;
  };
};

const systemGroups = (first: number, system: string): string[] => {
  const [a, b] = digest(`system${nul}${system}`, 2) as [number, number];
  const rest = (a << 8) | (b >>> 24);
  return [(first | (a >>> 24)).toString(16), high(rest), low(rest)];
};
const concreteGroups = lastly((system) => systemGroups(0xfc00, system));
const virtualGroups = lastly((system) => systemGroups(0xfd00, system));

/** The groups that all instances of an automaton share. */
const prefixOf = lastly((of) => {
  const system = of.slice(0, of.indexOf(nul));
  const [a, b] = digest(`automaton${nul}${of}`, 2) as [number, number];
  return [...concreteGroups(system), high(a), low(a), high(b)];
});

/** Concrete: `fc` and 40 bits of the system, 48 of the automaton, 32 of the index. */
export const concrete6 = (system: string, automaton: string, index: number): string =>
  canonical([...prefixOf(`${system}${nul}${automaton}`), high(index + 1), low(index + 1)]);

/** Virtual: `fd` and 40 bits of the system, 80 of the service. */
export const virtual6 = (system: string, service: string): string => {
  const [a, b, c] = digest(`service${nul}${system}${nul}${service}`, 3) as [number, number, number];
  return canonical([...virtualGroups(system), high(a), low(a), high(b), low(b), high(c)]);
};

const dotted = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");

/** Half of 10.0.0.0/8, without the addresses that end in 0 or 255. */
export const half4 = {
  size: 1 << 23,
  forbidden: (slot: number): boolean => (slot & 255) === 0 || (slot & 255) === 255,
};
export const concrete4 = (slot: number): string => dotted((0x0a000000 | slot) >>> 0);
export const virtual4 = (slot: number): string => dotted((0x0a800000 | slot) >>> 0);
