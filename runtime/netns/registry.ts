/**
 * Records: what of a resource its addresses and links do not say (names, keys) is kept
 * as text in comments of a set, next to the elements that it explains, and changes in
 * the same transaction with them. It lives and dies with the hub.
 *
 * A record is cut into pieces that fit a comment; the key of a piece is 12 bytes of
 * hash, then its number.
 */
import { createHash } from "node:crypto";
import { sameJson } from "../../src/core/json.ts";
import type { Egress, Endpoint, Publication, ResourceKey, Service, Wire } from "../../src/core/resource.ts";
import type { Element } from "../nftables/set.ts";
import { setNames } from "./sets.ts";

/** Bytes of UTF-8 in a piece. */
const pieceLength = 240;
const hashLength = 12;

export type Recorded = Service | Wire | Publication | Egress;

/** What a record holds: a resource, of a service without its endpoints, or one endpoint of a service. */
export type Record =
  | Wire
  | Publication
  | Egress
  | (Omit<Service, "endpoints"> & { readonly endpoints?: never })
  | { readonly kind: "endpoint"; readonly service: ResourceKey; readonly endpoint: Endpoint };

const piecesOf = (id: string, record: Record): readonly { set: string; element: Element }[] => {
  const hash = createHash("sha256").update(id).digest().subarray(0, hashLength);
  const text = Buffer.from(JSON.stringify(record));
  const pieces: { set: string; element: Element }[] = [];
  // Cut where a character begins, so that every piece is text of its own.
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + pieceLength, text.length);
    while (end < text.length && (text[end]! & 0xc0) === 0x80) end -= 1;
    const key = new Uint8Array(16);
    key.set(hash);
    new DataView(key.buffer).setUint32(hashLength, pieces.length);
    pieces.push({
      set: setNames.registry,
      element: { key, data: null, comment: text.toString("utf8", at, end) },
    });
    at = end;
  }
  return pieces;
};

const endpointPieces = ({ key }: Service, endpoints: readonly Endpoint[]) =>
  endpoints.flatMap((endpoint) =>
    piecesOf(`${key}\n${endpoint.instance}`, { kind: "endpoint", service: key, endpoint }),
  );

const servicePieces = ({ endpoints: _, ...service }: Service) => piecesOf(service.key, service);

export const recordElements = (resource: Recorded): readonly { set: string; element: Element }[] => {
  if (resource.kind !== "service") return piecesOf(resource.key, resource);
  return [...servicePieces(resource), ...endpointPieces(resource, resource.endpoints)];
};

/** What of its record is another after a change of a service. */
export const recordChanges = (before: Service, after: Service) => {
  const others = (endpoints: readonly Endpoint[], than: readonly Endpoint[]): readonly Endpoint[] => {
    const known = new Map(than.map((endpoint) => [endpoint.instance, endpoint] as const));
    return endpoints.filter((endpoint) => {
      const same = known.get(endpoint.instance);
      return same !== endpoint && (same === undefined || !sameJson(same, endpoint));
    });
  };
  return {
    before: [...servicePieces(before), ...endpointPieces(before, others(before.endpoints, after.endpoints))],
    after: [...servicePieces(after), ...endpointPieces(after, others(after.endpoints, before.endpoints))],
  };
};

/** Joins the pieces again. What is no record (altered from outside) is left out. */
export const readRecords = (elements: readonly Element[]): readonly unknown[] => {
  const pieces = new Map<string, string[]>();
  for (const { key, comment } of elements) {
    if (key.length !== 16 || comment === null) continue;
    const hash = Buffer.from(key.buffer, key.byteOffset, hashLength).toString("hex");
    const found = pieces.get(hash) ?? [];
    found[new DataView(key.buffer, key.byteOffset).getUint32(hashLength) % 4096] = comment;
    pieces.set(hash, found);
  }
  return [...pieces.values()].flatMap((found) => {
    try {
      return [JSON.parse(found.join(""))];
    } catch {
      return [];
    }
  });
};
