/**
 * Values as text keys: values of one key are the same in every respect, sites included. What
 * is remembered for a binding is found by the key of its value.
 */
import type { Site } from "../problem.ts";
import { toArray } from "../rope.ts";
import type { ListValue, Value } from "../value.ts";

const ids = new WeakMap<object, number>();
let lastId = 0;

/** A number that tells an object from all others while it lives. */
export const identityOf = (object: object): number => {
  const known = ids.get(object);
  if (known !== undefined) return known;
  lastId++;
  ids.set(object, lastId);
  return lastId;
};

/** Structures with more parts than this are told apart by identity. */
const mostParts = 64;

const siteKey = (site: Site | null): string =>
  site === null
    ? ""
    : `${site.at}${site.focus === true ? "f" : ""}${site.within === undefined ? "" : `w${identityOf(site.within)}`}` +
      `@${JSON.stringify([site.module, site.declaration])}`;

const listKey = (list: ListValue, budget: number): string | null => {
  if (list.length > budget) return null;
  const parts: string[] = [];
  for (const element of toArray(list)) {
    const part = structureKey(element, budget - list.length);
    if (part === null) return null;
    parts.push(part);
  }
  // Versions of a list may differ in shape.
  return `[${list.level}${siteKey(list.site)}:${parts.join(",")}]`;
};

/** Null where it has more parts than the budget. */
const structureKey = (value: Value, budget: number): string | null => {
  switch (value._tag) {
    case "Quantity": {
      const { numerator, denominator, dimension } = value.quantity;
      return dimension === "plain" && denominator === 1
        ? String(numerator)
        : `${numerator}/${denominator}${dimension}`;
    }
    case "String":
      return JSON.stringify(value.text);
    case "Bool":
      return value.value ? "true" : "false";
    case "List":
      return listKey(value, budget);
    case "Record": {
      const { fields } = value;
      if (fields.size > budget) return null;
      const parts: string[] = [];
      for (const [name, field] of fields) {
        const part = structureKey(field, budget - fields.size);
        if (part === null) return null;
        parts.push(`${JSON.stringify(name)}=${part}`);
      }
      return `{${parts.join(",")}}`;
    }
    default:
      return `#${identityOf(value)}`;
  }
};

/** The key of a value: of small structures by content, of all else by identity. */
export const valueKey = (value: Value): string => structureKey(value, mostParts) ?? `#${identityOf(value)}`;
