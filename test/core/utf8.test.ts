import test from "ava";
import fc from "fast-check";
import { decodeUtf8, encodeUtf8, escapedByte } from "../../src/core/utf8.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 500) };

test("any bytes are the text they were decoded to", (t) => {
  const byte = fc.oneof(
    fc.constantFrom(0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xef),
    fc.nat(255),
  );
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(byte), (some, others) => {
      for (const bytes of [some, Uint8Array.from(others)])
        t.deepEqual(Buffer.from(encodeUtf8(decodeUtf8(bytes))), Buffer.from(bytes));
    }),
    runs,
  );
});

test("text is what Node reads and writes", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = Buffer.from(text, "utf8");
      t.is(decodeUtf8(bytes), text);
      t.deepEqual(Buffer.from(encodeUtf8(text)), bytes);
    }),
    runs,
  );
});

test("a byte is escaped exactly where a strict decoder stops", (t) => {
  const cases: readonly (readonly [readonly number[], string])[] = [
    [[0x61, 0x80, 0x62], "a\udc80b"],
    [[0xc0, 0xaf], "\udcc0\udcaf"],
    [[0xed, 0xa0, 0x80], "\udced\udca0\udc80"],
    [[0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    [[0xe2, 0x82, 0xac, 0xe2, 0x82], "€\udce2\udc82"],
    [[0xf0, 0x9f, 0x98, 0x80], "😀"],
  ];
  for (const [bytes, text] of cases) t.is(decodeUtf8(Uint8Array.from(bytes)), text);
});

test("only those code units stand for bytes", (t) => {
  t.deepEqual([0x61, 0xdc7f, 0xdc80, 0xdcff, 0xdd00].map(escapedByte), [null, null, 0x80, 0xff, null]);
});
