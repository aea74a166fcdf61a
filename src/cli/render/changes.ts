/** What differs between two versions of a resource, in words. */
import { isDeepStrictEqual } from "node:util";
import { jsonText } from "../../core/json-text.ts";
import type { SecretPieces, SecretVersion } from "../../core/resource.ts";
import { isSecretVersion } from "../../core/undigested.ts";
import { cut } from "./text.ts";

/** An argument as a shell would need it. */
export const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : jsonText(text));

const isPieces = (value: unknown): value is SecretPieces =>
  Array.isArray(value) && value.some(isSecretVersion);

/** Secrets by their names: not even the digests of their values are shown. */
const textOf = (pieces: SecretPieces): string =>
  pieces.map((piece) => (typeof piece === "string" ? piece : `‹secret ${piece.secret}›`)).join("");

const short = (value: unknown): string => {
  if (value === undefined || value === null) return "nothing";
  if (isPieces(value)) return cut(textOf(value), 60);
  return cut(typeof value === "string" ? word(value) : jsonText(value), 60);
};

const versionsIn = (pieces: SecretPieces): readonly SecretVersion[] => pieces.filter(isSecretVersion);

/** What differs between two texts of which one has secrets. */
const secretChanges = (before: unknown, after: unknown, path: string): readonly string[] => {
  if (!isPieces(before) || !isPieces(after) || textOf(before) !== textOf(after))
    return [`${path} ${short(before)} → ${short(after)}`];
  const old = versionsIn(before);
  const names = versionsIn(after)
    .filter(({ version }, i) => old[i]?.version !== version)
    .map(({ secret }) => secret);
  return [...new Set(names)].map((name) => `the value of secret ${name}`);
};

/** Elements of a list by what names them; the rest of them is looked at only if the names are equal. */
const nameOfElement = (element: unknown): string => {
  if (typeof element === "object" && element !== null)
    for (const field of ["instance", "name"]) {
      const name = (element as Readonly<Record<string, unknown>>)[field];
      if (typeof name === "string") return name.replace(/^instance\//, "").replace(/\/(\d+)$/, ".$1");
    }
  return short(element);
};

/** Of a long list of changes only so much is told. */
export const told = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

/** Which elements of two lists of the same names are not the same; all of them in another order. */
const differing = (before: readonly unknown[], after: readonly unknown[]): readonly string[] => {
  const old = new Map(before.map((element) => [nameOfElement(element), element]));
  const names = after.filter((element) => !isDeepStrictEqual(old.get(nameOfElement(element)), element));
  return (names.length > 0 ? names : after).map(nameOfElement);
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What differs between two versions of a resource, in words, deepest first. */
export const changes = (before: unknown, after: unknown, path = ""): readonly string[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (isPieces(before) || isPieces(after)) return secretChanges(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && path !== "argv") {
    const [old, now] = [before.map(nameOfElement), after.map(nameOfElement)];
    const gone = old.filter((name) => !now.includes(name));
    const come = now.filter((name) => !old.includes(name));
    if (gone.length + come.length === 0) return [`${path} ~ ${told(differing(before, after))}`];
    const parts = [
      ...(come.length > 0 ? [`+ ${told(come)}`] : []),
      ...(gone.length > 0 ? [`- ${told(gone)}`] : []),
    ];
    return [`${path} ${parts.join(" ")}`];
  }
  if (isRecord(before) && isRecord(after)) {
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    // What the world does not show is not known to differ.
    const known = path === "" ? fields.filter((field) => field in before && field in after) : fields;
    return known.flatMap((field) =>
      changes(before[field], after[field], path === "" ? field : `${path}.${field}`),
    );
  }
  return [`${path} ${short(before)} → ${short(after)}`];
};
