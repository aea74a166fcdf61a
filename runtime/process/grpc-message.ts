/** The two messages of gRPC's health checking protocol, as they are framed and encoded. Pure. */

/** The codes of gRPC by number. */
export const grpcCodes: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** `HealthCheckResponse.ServingStatus` by number. */
const servingStatuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;

/** What a health service says of a service. */
export type ServingStatus = (typeof servingStatuses)[number];

const varint = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];

/** A message behind its frame: one byte whether it is compressed, four of its length. */
const framed = (message: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** `HealthCheckRequest { string service = 1 }` */
export const encodeRequest = (service: string): Buffer => {
  const text = Buffer.from(service);
  return framed(
    text.length === 0 ? text : Buffer.concat([Buffer.from([0x0a, ...varint(text.length)]), text]),
  );
};

/** A number, and where it ends; null where it does not. */
const readVarint = (bytes: Buffer, from: number): { readonly value: bigint; readonly end: number } | null => {
  let value = 0n;
  for (let i = 0; i < 10 && from + i < bytes.length; i++) {
    const byte = bytes[from + i]!;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value, end: from + i + 1 };
  }
  return null;
};

/** Where the value of a field ends, by its wire type; null where that is unknown or behind the end. */
const endOfField = (bytes: Buffer, wireType: number, from: number): number | null => {
  const number = readVarint(bytes, from);
  const end =
    wireType === 0
      ? number?.end
      : wireType === 1
        ? from + 8
        : wireType === 2 && number !== null
          ? number.end + Number(number.value)
          : wireType === 5
            ? from + 4
            : undefined;
  return end === undefined || end > bytes.length ? null : end;
};

/** `HealthCheckResponse { ServingStatus status = 1 }` behind its frame; null where it is none. The last one counts. */
export const decodeStatus = (body: Buffer): ServingStatus | null => {
  if (body.length < 5 || body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5) return null;
  const message = body.subarray(5);
  let status = 0n;
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    if (tag === null) return null;
    const wireType = Number(tag.value & 7n);
    const end = endOfField(message, wireType, tag.end);
    if (end === null) return null;
    if (tag.value === 8n) status = readVarint(message, tag.end)!.value;
    at = end;
  }
  return servingStatuses[Number(status)] ?? null;
};
