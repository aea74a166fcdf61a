import test from "ava";
import fc from "fast-check";
import { decodeStatus, encodeRequest } from "../../../runtime/process/grpc-message.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

test("a request is a frame around the name of the service", (t) => {
  t.deepEqual(encodeRequest(""), hex("00 00000000"));
  t.deepEqual(encodeRequest("ab"), hex("00 00000004 0a 02 6162"));
  const long = encodeRequest("x".repeat(300));
  t.deepEqual(long.subarray(0, 8), hex("00 0000012f 0a ac02"));
  t.is(long.length, 5 + 3 + 300);
});

test("an answer has the status, whatever else stands in it", (t) => {
  t.is(decodeStatus(hex("00 00000000")), "UNKNOWN", "what is zero is left out");
  t.is(decodeStatus(hex("00 00000002 0801")), "SERVING");
  t.is(decodeStatus(hex("00 00000002 0802")), "NOT_SERVING");
  t.is(decodeStatus(hex("00 00000002 0803")), "SERVICE_UNKNOWN");
  t.is(decodeStatus(hex("00 00000004 0802 0801")), "SERVING", "the last one counts");
  t.is(decodeStatus(hex("00 00000016 1202 6162 1805 210102030405060708 2d01020304 0801")), "SERVING");
});

test("what is no answer has none", (t) => {
  for (const bytes of [
    "",
    "00000000",
    "01 00000002 0801",
    "00 00000003 0801",
    "00 00000002 080100",
    "00 00000002 0809",
    "00 00000001 08",
    "00 00000002 0880",
    "00 00000002 1205",
    "00 00000001 0b",
  ])
    t.is(decodeStatus(hex(bytes)), null, bytes);
  const property = fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    decodeStatus(Buffer.from(bytes));
    const framed = Buffer.concat([hex("00 000000"), Buffer.from([bytes.length]), Buffer.from(bytes)]);
    decodeStatus(framed);
  });
  t.notThrows(() => fc.assert(property));
});
