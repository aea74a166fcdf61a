/**
 * Text as bytes of UTF-8, and back. Bytes that are none are kept: each becomes a code unit that
 * no text has, U+DC80 to U+DCFF (as in Python's `surrogateescape`), so that what reads the
 * text can say where it stands, and the text still has the hash of its bytes.
 */

/** What stands in a text for the bytes 0x80 to 0xff that are part of no character. */
const firstUnit = 0xdc00;

/** The byte that a code unit stands for; null of any other. */
export const escapedByte = (unit: number): number | null =>
  unit >= firstUnit + 0x80 && unit <= firstUnit + 0xff ? unit - firstUnit : null;

/** How many bytes the character that begins at `at` has; 0 if it is none (Unicode, table 3-7). */
const lengthAt = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    if (byte < (i === 1 ? least : 0x80) || byte > (i === 1 ? most : 0xbf)) return 0;
  }
  return length;
};

// A byte order mark is a character like others: only so text and bytes are one to one.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Text from bytes; a byte that is part of no character becomes the code unit that stands for it. */
export const decodeUtf8 = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
};

const decodeBroken = (bytes: Uint8Array): string => {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = lengthAt(bytes, at);
    if (length === 0) {
      if (at > from) parts.push(decoder.decode(bytes.subarray(from, at)));
      parts.push(String.fromCharCode(firstUnit + bytes[at]!));
      from = at + 1;
    }
    at += Math.max(1, length);
  }
  parts.push(decoder.decode(bytes.subarray(from)));
  return parts.join("");
};

const encoder = new TextEncoder();
const unpaired = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** The bytes that a text was decoded from. Other surrogates without their pair become U+FFFD. */
export const encodeUtf8 = (text: string): Uint8Array => {
  if (!unpaired.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const byte = character.length === 1 ? escapedByte(character.charCodeAt(0)) : null;
    if (byte !== null) bytes.push(byte);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
};
