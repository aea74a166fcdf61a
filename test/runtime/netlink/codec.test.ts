import test from "ava";
import fc from "fast-check";
import { addAddress, readAddress } from "../../../runtime/netlink/address.ts";
import { readConnection } from "../../../runtime/netlink/conntrack.ts";
import { NetlinkError } from "../../../runtime/netlink/error.ts";
import { formatIp, parseIp } from "../../../runtime/netlink/ip.ts";
import { addAltname, addVeth, readLink, setLink } from "../../../runtime/netlink/link.ts";
import { readAcknowledgement, writeRequest } from "../../../runtime/netlink/message.ts";
import { assignNsid, readNsid } from "../../../runtime/netlink/nsid.ts";
import { type Attributes, attributesOf, type Message, messagesOf } from "../../../runtime/netlink/reader.ts";
import { readRoute, replaceRoute } from "../../../runtime/netlink/route.ts";
import { MessageWriter } from "../../../runtime/netlink/writer.ts";
import { hubRuleset } from "../../../runtime/netns/ruleset.ts";
import { readGeneration } from "../../../runtime/nftables/batch.ts";
import { createRuleset } from "../../../runtime/nftables/fixed.ts";
import { requestsFor } from "../../../runtime/nftables/ruleset.ts";
import { readElements, readSet } from "../../../runtime/nftables/set.ts";
import { readChain, readRule, readTable } from "../../../runtime/nftables/table.ts";

import { readTraffic } from "../../../runtime/observe/traffic.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 500);

/** An attribute as a value: what is written must be read back. */
type Written =
  | { readonly _tag: "raw"; readonly type: number; readonly bytes: Uint8Array }
  | { readonly _tag: "string"; readonly type: number; readonly text: string }
  | { readonly _tag: "u8" | "u16" | "u32" | "u16be" | "u32be"; readonly type: number; readonly value: number }
  | { readonly _tag: "u64be"; readonly type: number; readonly value: bigint }
  | { readonly _tag: "nested"; readonly type: number; readonly inside: readonly Written[] };

const number = (tag: "u8" | "u16" | "u32" | "u16be" | "u32be", max: number): fc.Arbitrary<Written> =>
  fc.record({ _tag: fc.constant(tag), type: fc.constant(0), value: fc.nat({ max }) });

const { attribute } = fc.letrec<{ attribute: Written }>((tie) => ({
  attribute: fc.oneof(
    { maxDepth: 4 },
    fc.record({ _tag: fc.constant("raw"), type: fc.constant(0), bytes: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({
      _tag: fc.constant("string"),
      type: fc.constant(0),
      text: fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => !text.includes("\0")),
    }),
    number("u8", 0xff),
    number("u16", 0xffff),
    number("u32", 0xffffffff),
    number("u16be", 0xffff),
    number("u32be", 0xffffffff),
    fc.record({
      _tag: fc.constant("u64be"),
      type: fc.constant(0),
      value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    }),
    fc.record({
      _tag: fc.constant("nested"),
      type: fc.constant(0),
      inside: fc.array(tie("attribute"), { maxLength: 5 }),
    }),
  ) as fc.Arbitrary<Written>,
}));

/** Each type once a level, as a lookup finds the first. */
const numbered = (list: readonly Written[]): readonly Written[] =>
  list.map((one, index) =>
    one._tag === "nested"
      ? { ...one, type: index + 1, inside: numbered(one.inside) }
      : { ...one, type: index + 1 },
  );

const write = (writer: MessageWriter, list: readonly Written[]): void => {
  for (const one of list) {
    switch (one._tag) {
      case "raw":
        writer.raw(one.type, one.bytes);
        break;
      case "string":
        writer.string(one.type, one.text);
        break;
      case "u64be":
        writer.u64be(one.type, one.value);
        break;
      case "nested": {
        const mark = writer.open(one.type);
        write(writer, one.inside);
        writer.close(mark);
        break;
      }
      default:
        writer[one._tag](one.type, one.value);
    }
  }
};

const read = (attributes: Attributes, list: readonly Written[]): readonly Written[] =>
  list.map((one) => {
    switch (one._tag) {
      case "raw":
        return { ...one, bytes: attributes.raw(one.type) };
      case "string":
        return { ...one, text: attributes.string(one.type) };
      case "u64be":
        return { ...one, value: attributes.u64be(one.type) };
      case "nested":
        return { ...one, inside: read(attributes.nested(one.type), one.inside) };
      default:
        return { ...one, value: attributes[one._tag](one.type) };
    }
  });

test("what is written is read back, message by message", (t) => {
  // Small at first, so that it has to grow; not cleared, so that it holds leftovers.
  const writer = new MessageWriter(16);
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          type: fc.nat({ max: 0xffff }),
          flags: fc.nat({ max: 0xffff }),
          sequence: fc.nat({ max: 0xffffffff }),
          fixed: fc.nat({ max: 5 }),
          list: fc.array(attribute, { maxLength: 6 }),
        }),
        { maxLength: 4 },
      ),
      (all) => {
        writer.clear();
        for (const { type, flags, sequence, fixed, list } of all) {
          writer.begin(type, flags, sequence);
          writer.zeros(4 * fixed);
          write(writer, numbered(list));
          writer.end();
        }
        const bytes = writer.written();
        const messages = messagesOf(bytes, bytes.length);
        t.is(messages.length, all.length);
        for (const [index, { type, flags, sequence, fixed, list }] of all.entries()) {
          const message = messages[index]!;
          t.deepEqual([message.type, message.flags, message.sequence], [type, flags, sequence]);
          t.deepEqual(read(attributesOf(message, 4 * fixed), numbered(list)), numbered(list));
        }
      },
    ),
    { numRuns: runs },
  );
});

test("padding is zero whatever was in the buffer before", (t) => {
  const writer = new MessageWriter(64);
  writer.bytes.fill(0xff);
  writer.begin(1, 0, 1);
  writer.u8(1, 7);
  writer.string(2, "ab");
  writer.raw(3, Uint8Array.of(1, 2, 3, 4, 5));
  writer.end();
  t.deepEqual(
    [...writer.written().subarray(16)],
    [5, 0, 1, 0, 7, 0, 0, 0, 7, 0, 2, 0, 97, 98, 0, 0, 9, 0, 3, 0, 1, 2, 3, 4, 5, 0, 0, 0],
  );
});

const decoders: readonly (readonly [string, (message: Message) => unknown])[] = [
  ["link", readLink],
  ["traffic", readTraffic],
  ["address", readAddress],
  ["route", readRoute],
  ["nsid", readNsid],
  ["connection", readConnection],
  ["acknowledgement", (message) => readAcknowledgement(message, () => "x")],
  ["elements", readElements],
  ["set", readSet],
  ["table", readTable],
  ["chain", readChain],
  ["rule", readRule],
  ["generation", readGeneration],
];

/** Decodes with every decoder; anything thrown must be a `NetlinkError`. */
const decodeAll = (bytes: Uint8Array): void => {
  try {
    for (const message of messagesOf(bytes, bytes.length)) {
      for (const [, decode] of decoders) {
        try {
          decode(message);
        } catch (error) {
          if (!(error instanceof NetlinkError)) throw error;
        }
      }
    }
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
  }
};

test("random bytes are decoded or refused with a NetlinkError", (t) => {
  t.notThrows(() => fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), decodeAll), { numRuns: runs }));
});

test("messages cut off, overlong or altered in any byte are decoded or refused with a NetlinkError", (t) => {
  const writer = new MessageWriter();
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.array(attribute, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
        fc.nat(),
        (list, edits, cut) => {
          writer.clear();
          writer.begin(16, 2, 1);
          writer.zeros(16);
          write(writer, numbered(list));
          writer.end();
          const bytes = writer.written().slice();
          for (const [at, value] of edits) bytes[at % bytes.length] = value;
          decodeAll(bytes);
          decodeAll(bytes.subarray(0, cut % bytes.length));
        },
      ),
      { numRuns: runs },
    ),
  );
});

/** What the kernel sends has the layout of what makes it: all kinds, to be altered. */
const real: readonly Uint8Array[] = [
  addVeth(
    { name: "near", index: 7, mac: new Uint8Array(6), namespace: null },
    { name: "far", index: 8, mac: new Uint8Array(6), namespace: 3 },
    1,
  ),
  addAltname(7, "another name of more than sixteen bytes"),
  setLink(1, { alias: "architect x hub", name: "lo", group: 3 }),
  addAddress(7, "10.1.2.3"),
  addAddress(7, "fc00::7"),
  replaceRoute({ destination: "10.0.0.0/8", index: 7, via: "fe80::1" }),
  replaceRoute({ destination: "fc00::/7", index: 7, via: "fe80::1" }),
  assignNsid(3),
  ...createRuleset(hubRuleset("x")),
  ...requestsFor("architect", {
    removed: [],
    added: [
      { set: "vip4_64", element: { key: new Uint8Array(16), data: new Uint8Array(8), comment: null } },
      { set: "registry", element: { key: new Uint8Array(16), data: null, comment: "a note" } },
    ],
  }),
].map((request) => {
  const writer = new MessageWriter();
  writeRequest(writer, request, 1);
  return writer.written().slice();
});

test("messages as the kernel sends them, altered and cut, are decoded or refused with a NetlinkError", (t) => {
  const place = fc.nat({ max: 2_000 });
  const value = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 3, 4, 0x7f, 0x80, 0xff));
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.constantFrom(...real),
        fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 6 }),
        fc.option(place),
        (whole, edits, cut) => {
          const bytes = whole.slice();
          for (const [at, to] of edits) bytes[at % bytes.length] = to;
          decodeAll(cut === null ? bytes : bytes.subarray(0, cut % bytes.length));
        },
      ),
      { numRuns: runs },
    ),
  );
});

test("a quote longer than the acknowledgement is refused", (t) => {
  const writer = new MessageWriter();
  writer.begin(2, 0x200, 1);
  writer.zeros(20);
  writer.end();
  writer.view.setInt32(16, -17, true);
  writer.view.setUint32(20, 0x86000000, true);
  const [message] = messagesOf(writer.written(), writer.length);
  t.throws(() => readAcknowledgement({ ...message! }, () => "x"), { instanceOf: NetlinkError });
});

test("a missing or short attribute is named", (t) => {
  const writer = new MessageWriter();
  writer.begin(1, 0, 1);
  writer.u8(1, 7);
  writer.end();
  const attributes = attributesOf(messagesOf(writer.written(), writer.length)[0]!, 0);
  t.throws(() => attributes.u32(1), {
    instanceOf: NetlinkError,
    message: "attribute 1 has 1 byte, expected 4",
  });
  t.throws(() => attributes.u32(2), { instanceOf: NetlinkError, message: "attribute 2 is missing" });
});

test("addresses: text to bytes and back", (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const v6Embedded = text.includes(":") && text.includes(".");
      fc.pre(!v6Embedded);
      const bytes = parseIp(text);
      t.is(bytes.length, text.includes(":") ? 16 : 4);
      t.deepEqual(parseIp(formatIp(bytes)), bytes);
    }),
    { numRuns: runs },
  );
  for (const [text, canonical] of [
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:2:3:0:5:6:7:8", "1:2:3:0:5:6:7:8"],
    ["FE80:0:0:0:0:0:0:1", "fe80::1"],
  ] as const) {
    t.is(formatIp(parseIp(text)), canonical);
  }
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.256",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "g::",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
  ]) {
    t.throws(() => parseIp(text), { instanceOf: NetlinkError });
  }
});
