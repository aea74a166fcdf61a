/** Sets and maps of the family inet, and their elements. */

import { counted } from "../../src/core/tally.ts";
import { flags, type Request } from "../netlink/message.ts";
import { attributesOf, type Message } from "../netlink/reader.ts";
import type { MessageWriter } from "../netlink/writer.ts";
import { decodeComment, writeComment } from "./comment.ts";
import { generalLength, messages, nftFamilies, nftRequest } from "./message.ts";

const NFTA_SET = {
  table: 1,
  name: 2,
  flags: 3,
  keyType: 4,
  keyLength: 5,
  dataType: 6,
  dataLength: 7,
  description: 9,
  id: 10,
  userdata: 13,
} as const;
/** Attributes of a list of elements, as the kernel numbers them. */
export const NFTA_ELEMENTS = { table: 1, set: 2, list: 3 } as const;
const NFTA_LIST_ELEM = 1;
const NFTA_ELEMENT = { key: 1, data: 2, userdata: 6, keyEnd: 10 } as const;
const NFTA_DATA_VALUE = 1;
const NFT_SET_INTERVAL = 4;
const NFT_SET_MAP = 8;
const NFT_SET_CONCAT = 128;
const NFTA_SET_DESC_CONCAT = 2;
const NFTA_SET_FIELD_LEN = 1;

/**
 * Types of fields, with nft's numbers for them (only `nft list` reads those), their width in bytes, and how many of
 * these have a meaning.
 */
export const fields = {
  mark: { type: 19, width: 4, length: 4, host: true },
  ifname: { type: 41, width: 16, length: 16, host: true },
  ipv4: { type: 7, width: 4, length: 4, host: false },
  ipv6: { type: 8, width: 16, length: 16, host: false },
  nfproto: { type: 2, width: 4, length: 1, host: false },
  protocol: { type: 12, width: 4, length: 1, host: false },
  port: { type: 13, width: 4, length: 2, host: false },
} as const;

/** A part of a key or of a value; its type has a fixed width. */
export type Field = keyof typeof fields;

/** What a set is to be. Without `data` a set, with it a map. */
export interface SetShape {
  readonly name: string;
  readonly key: readonly Field[];
  readonly data: readonly Field[] | null;
  /** Whether its elements are intervals: of several fields, with a first and a last value each. */
  readonly intervals?: true;
}

/** nft packs the numbers of concatenated types into one, 6 bits each. */
const typeOf = (list: readonly Field[]): number =>
  list.reduce((packed, field) => (packed << 6) | fields[field].type, 0);
const widthOf = (list: readonly Field[]): number => list.reduce((sum, field) => sum + fields[field].width, 0);

/** One field by itself is as long as its meaning, so that nft reads it; several are padded, as registers hold them. */
const dataWidthOf = (list: readonly Field[]): number =>
  list.length === 1 ? fields[list[0]!].length : widthOf(list);

/** Tells `nft list` the order of bytes in keys and data of a single field. */
const byteOrder = (shape: SetShape): Uint8Array => {
  const order = (list: readonly Field[] | null): number =>
    list?.length === 1 ? (fields[list[0]!].host ? 1 : 2) : 0;
  return Uint8Array.of(0, 4, order(shape.key), 0, 0, 0, 1, 4, order(shape.data), 0, 0, 0);
};

/** Of a key of several fields how long each is: the kernel compares them one by one. */
const describeFields = (writer: MessageWriter, key: readonly Field[]): void => {
  const description = writer.open(NFTA_SET.description);
  const list = writer.open(NFTA_SET_DESC_CONCAT);
  for (const field of key) {
    const element = writer.open(NFTA_LIST_ELEM);
    writer.u32be(NFTA_SET_FIELD_LEN, fields[field].length);
    writer.close(element);
  }
  writer.close(list);
  writer.close(description);
};

/** Equivalent to: `nft add set|map inet TABLE NAME { type … : …; }`. `id` numbers it within the batch. */
export const createSet = (table: string, shape: SetShape, id: number): Request =>
  nftRequest(
    messages.newSet,
    flags.create,
    () => `create set ${table} ${shape.name}`,
    (writer) => {
      writer.string(NFTA_SET.table, table);
      writer.string(NFTA_SET.name, shape.name);
      const map = shape.data === null ? 0 : NFT_SET_MAP;
      writer.u32be(NFTA_SET.flags, shape.intervals === true ? map | NFT_SET_INTERVAL | NFT_SET_CONCAT : map);
      writer.u32be(NFTA_SET.keyType, typeOf(shape.key));
      writer.u32be(NFTA_SET.keyLength, widthOf(shape.key));
      if (shape.data !== null) {
        writer.u32be(NFTA_SET.dataType, typeOf(shape.data));
        writer.u32be(NFTA_SET.dataLength, dataWidthOf(shape.data));
      }
      if (shape.intervals === true) describeFields(writer, shape.key);
      writer.u32be(NFTA_SET.id, id);
      writer.raw(NFTA_SET.userdata, byteOrder(shape));
    },
  );

/** Equivalent to: `nft delete set inet TABLE NAME`. Refused (EBUSY) while rules look into it. */
export const deleteSet = (table: string, name: string): Request =>
  nftRequest(
    messages.deleteSet,
    0,
    () => `delete set ${table} ${name}`,
    (writer) => {
      writer.string(NFTA_SET.table, table);
      writer.string(NFTA_SET.name, name);
    },
  );

/** Equivalent to: `nft list sets inet`, of one table. */
export const getSets = (table: string): Request =>
  nftRequest(
    messages.getSet,
    0,
    () => `list the sets of ${table}`,
    (writer) => {
      writer.string(NFTA_SET.table, table);
    },
  );

/** A set without its elements: lengths are in bytes, and that of data is 0 where it is no map. */
export interface SetHeader {
  readonly name: string;
  readonly keyLength: number;
  readonly dataLength: number;
}

/** The set that a message is about. */
export const readSet = (message: Message): SetHeader => {
  const attributes = attributesOf(message, generalLength);
  return {
    name: attributes.string(NFTA_SET.name),
    keyLength: attributes.u32be(NFTA_SET.keyLength),
    dataLength: attributes.has(NFTA_SET.dataLength) ? attributes.u32be(NFTA_SET.dataLength) : 0,
  };
};

/** The header that a set of this shape has. */
export const headerOf = (shape: SetShape): SetHeader => ({
  name: shape.name,
  keyLength: widthOf(shape.key),
  dataLength: shape.data === null ? 0 : dataWidthOf(shape.data),
});

/** An element: fields of 4 bytes or a multiple, one behind the other. */
export interface Element {
  readonly key: Uint8Array;
  /** Of an interval the last key; `key` is its first. */
  readonly keyEnd?: Uint8Array;
  readonly data: Uint8Array | null;
  readonly comment: string | null;
}

const writeElements = (
  writer: MessageWriter,
  table: string,
  set: string,
  elements: readonly Element[],
  withData: boolean,
): void => {
  writer.string(NFTA_ELEMENTS.table, table);
  writer.string(NFTA_ELEMENTS.set, set);
  const list = writer.open(NFTA_ELEMENTS.list);
  for (const element of elements) {
    const nested = writer.open(NFTA_LIST_ELEM);
    writer.wrapped(NFTA_ELEMENT.key, NFTA_DATA_VALUE, element.key);
    if (element.keyEnd !== undefined) writer.wrapped(NFTA_ELEMENT.keyEnd, NFTA_DATA_VALUE, element.keyEnd);
    if (withData && element.data !== null) writer.wrapped(NFTA_ELEMENT.data, NFTA_DATA_VALUE, element.data);
    if (withData && element.comment !== null) writeComment(writer, NFTA_ELEMENT.userdata, element.comment);
    writer.close(nested);
  }
  writer.close(list);
};

/** So many of the largest elements stay below the 65,535 bytes of an attribute. */
export const elementsPerMessage = 128;

/** Equivalent to: `nft add element inet TABLE SET { KEY comment "…" : DATA, … }`; at most `elementsPerMessage`. */
export const addElements = (table: string, set: string, elements: readonly Element[]): Request =>
  nftRequest(
    messages.newElement,
    flags.create,
    () => `add ${counted(elements.length, "element")} to ${table} ${set}`,
    (writer) => writeElements(writer, table, set, elements, true),
  );

/** Equivalent to: `nft delete element inet TABLE SET { KEY, … }`; at most `elementsPerMessage`. */
export const deleteElements = (table: string, set: string, elements: readonly Element[]): Request =>
  nftRequest(
    messages.deleteElement,
    0,
    () => `remove ${counted(elements.length, "element")} from ${table} ${set}`,
    (writer) => writeElements(writer, table, set, elements, false),
  );

/** Equivalent to: `nft get element inet TABLE SET { KEY }`. Refused (ENOENT) where there is none. */
export const getElement = (table: string, set: string, key: Uint8Array): Request =>
  nftRequest(
    messages.getElement,
    0,
    () => `look for an element of ${table} ${set}`,
    (writer) => writeElements(writer, table, set, [{ key, data: null, comment: null }], false),
  );

/** Equivalent to: `nft list set FAMILY TABLE SET`, also of one without a name of its own. */
export const getElements = (table: string, set: string, family: number = nftFamilies.inet): Request =>
  nftRequest(
    messages.getElement,
    0,
    () => `list the elements of ${table} ${set}`,
    (writer) => {
      writer.string(NFTA_ELEMENTS.table, table);
      writer.string(NFTA_ELEMENTS.set, set);
    },
    family,
  );

/** The table, the set and the elements of one message of a dump or of a notification. */
export interface ElementList {
  readonly table: string;
  readonly set: string;
  readonly elements: readonly Element[];
}

/** The elements that a message holds: of a large set there are several messages. */
export const readElements = (message: Message): ElementList => {
  const attributes = attributesOf(message, generalLength);
  const list = attributes.has(NFTA_ELEMENTS.list)
    ? attributes.nested(NFTA_ELEMENTS.list).list(NFTA_LIST_ELEM)
    : [];
  return {
    table: attributes.string(NFTA_ELEMENTS.table),
    set: attributes.string(NFTA_ELEMENTS.set),
    elements: list.map((element) => ({
      key: element.nested(NFTA_ELEMENT.key).raw(NFTA_DATA_VALUE),
      ...(element.has(NFTA_ELEMENT.keyEnd)
        ? { keyEnd: element.nested(NFTA_ELEMENT.keyEnd).raw(NFTA_DATA_VALUE) }
        : {}),
      data: element.has(NFTA_ELEMENT.data) ? element.nested(NFTA_ELEMENT.data).raw(NFTA_DATA_VALUE) : null,
      comment: element.has(NFTA_ELEMENT.userdata) ? decodeComment(element.raw(NFTA_ELEMENT.userdata)) : null,
    })),
  };
};
