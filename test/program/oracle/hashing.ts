/**
 * Numbers from names, by the formulas of docs/decisions/addresses.md, in whole numbers of
 * any length: `fnv` and `avalanche` are FNV-1a and the finaliser of MurmurHash3 with a salt.
 */

const unsigned = (value: bigint): bigint => BigInt.asUintN(32, value);
const known = new Map<string, bigint>();

const avalanche = (value: bigint, salt: number): bigint => {
  let h = unsigned((value ^ unsigned(BigInt(salt + 1) * 0x9e3779b1n)) * 0x85ebca6bn);
  h ^= h >> 16n;
  h = unsigned(h * 0xc2b2ae35n);
  h ^= h >> 13n;
  h = unsigned(h * 0x27d4eb2fn);
  return h ^ (h >> 15n);
};

const codesOf = (text: string): readonly bigint[] =>
  Array.from({ length: text.length }, (_, i) => BigInt(text.charCodeAt(i)));

const fnv = (text: string): bigint =>
  codesOf(text).reduce((hash, code) => unsigned((hash ^ code) * 0x01000193n), 0x811c9dc5n);

/** The hash of a text with a salt. */
export const salted = (text: string, salt: number): number => Number(avalanche(fnv(text), salt));

/** A word of 32 bits from a text, for each lane another. */
const word = (text: string, lane: number): bigint =>
  codesOf(text).reduce((state, code, i) => avalanche(state ^ code, lane + i), avalanche(fnv(text), lane));

/** The first `count` words of some parts, as one number. */
export const bits = (parts: readonly (string | number)[], count: number): bigint => {
  const text = parts.join("\u0000");
  const key = `${count}\n${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  let made = 0n;
  for (let lane = 0; lane < count; lane++) made = (made << 32n) | word(text, lane);
  known.set(key, made);
  return made;
};

/** Each text ends with a mark that no text has in it; four lanes go over all of them. */
export const fingerprint = (texts: readonly string[]): string => {
  const lanes = [
    [0x811c9dc5n, 0x01000193n],
    [0x9e3779b9n, 0x27d4eb2fn],
    [0x85ebca6bn, 0x165667b1n],
    [0xc2b2ae35n, 0x2c1b3c6dn],
  ] as const;
  const codes = texts.flatMap((text) => [...codesOf(text), 0x10000n]);
  const words = lanes.map(([from, factor], lane) => {
    const hash = codes.reduce((state, code) => unsigned((state ^ code) * factor), from);
    return avalanche(hash, lane).toString(16).padStart(8, "0");
  });
  return words.join("");
};
