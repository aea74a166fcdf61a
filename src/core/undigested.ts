/** Versions of secrets as people may see them: numbers in place of the digests of their values. */
import type { SecretVersion } from "./resource.ts";

/** A secret in the text of a variable or of a file. */
export const isSecretVersion = (value: unknown): value is SecretVersion =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Partial<SecretVersion>).secret === "string" &&
  "version" in value;

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;

const numbered = (one: SecretVersion, numbers: Map<string, string>): SecretVersion => {
  if (one.version === null) return one;
  const number = numbers.get(one.version) ?? `${numbers.size + 1}`;
  numbers.set(one.version, number);
  return { ...one, version: number };
};

// Secrets are elements of a text: variables called `secret` and `version` are none.
const walked = (value: unknown, numbers: Map<string, string>): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((each) => (isSecretVersion(each) ? numbered(each, numbers) : walked(each, numbers)));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walked(each, numbers)]));
};

/** The same data with numbers for digests: what is equal in it stays equal, and what differs stays different. */
export const undigested = <T>(value: T): T => walked(value, new Map()) as T;
