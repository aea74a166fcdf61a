/** Values as JSON text: what is not seen is escaped, and numbers keep all their digits. */
import { unseen } from "./visible.ts";

/**
 * A number that a double would round, or write in another way: JSON text takes it as it is
 * written here. Where other writers of JSON meet it, it is an object, which `exactNumberOf` reads.
 */
export class ExactNumber {
  /** Digits, with at most a sign before and a point among them. */
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toJSON(): { readonly digits: string } {
    return { digits: this.digits };
  }
}

/** A number as it is written, for JSON text: as a double, where that is written the same. */
export const numberOf = (digits: string): number | ExactNumber => {
  const double = Number(digits);
  return String(double) === digits ? double : new ExactNumber(digits);
};

/** What came out of other writers of JSON, with exact numbers again; null where it is none. */
export const exactNumberOf = (value: unknown): ExactNumber | null => {
  if (typeof value !== "object" || value === null || Object.keys(value).join() !== "digits") return null;
  const { digits } = value as { readonly digits: unknown };
  return typeof digits === "string" && /^-?\d+(\.\d+)?$/.test(digits) ? new ExactNumber(digits) : null;
};

/** A value as JSON, in which nothing stands that is not seen. `space`: how far each level is indented. */
export const jsonText = (value: unknown, space = 0): string =>
  written(value, space, "\n").replace(unseen, (characters) =>
    characters === "\n"
      ? characters
      : Array.from({ length: characters.length }, (_, i) => escaped(characters.charCodeAt(i))).join(""),
  );

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;

/** As `JSON.stringify`, but for exact numbers. `line`: what begins a line. */
const written = (value: unknown, space: number, line: string): string => {
  if (value instanceof ExactNumber) return value.digits;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const isList = Array.isArray(value);
  const inner = space === 0 ? "" : line + " ".repeat(space);
  const parts = isList
    ? value.map((one) => written(one, space, inner))
    : Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .map(
          ([name, field]) =>
            `${JSON.stringify(name)}:${space === 0 ? "" : " "}${written(field, space, inner)}`,
        );
  const [open, close] = isList ? "[]" : "{}";
  if (parts.length === 0) return `${open}${close}`;
  return `${open}${inner}${parts.join(`,${inner}`)}${space === 0 ? "" : line}${close}`;
};
