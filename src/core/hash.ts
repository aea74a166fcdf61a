/** Hashes of 32 bits for interning and the shape of sequences. Never for trust. */

/** A finaliser of MurmurHash3: every input bit reaches every output bit. */
export const mix = (value: number, salt = 0): number => {
  let h = Math.imul(value ^ Math.imul(salt + 1, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 16;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 13;
  h = Math.imul(h, 0x27d4eb2f);
  return (h ^ (h >>> 15)) >>> 0;
};

/**
 * The hash of a sequence from that of its beginning and its next element. Signed, unlike
 * the others: V8 keeps a signed one in a field as it is, for a larger number it makes an object.
 */
export const combine = (hash: number, next: number): number =>
  Math.imul(hash ^ (next + 0x9e3779b9 + (hash << 6) + (hash >>> 2)), 0x01000193) ^ (hash >>> 15);

/** FNV-1a over UTF-16 code units; `before`: the hash of what the text goes on from. */
export const hashString = (text: string, before = 0x811c9dc5): number => {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};
