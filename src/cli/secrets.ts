/** Secrets on the command line: where a value comes from is said there, never the value. */
import { readFileSync } from "node:fs";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { KernelError, kernelErrorOf } from "../../runtime/kernel-error.ts";
import { SecretStore, setSecret } from "../../runtime/secrets/store.ts";
import { isSecretName } from "../language/secret.ts";
import { giveSecrets } from "../live/system/secrets.ts";
import type { Program } from "../program/program.ts";
import type { ReportedError } from "./report-error.ts";

/** Where the value of a secret is. */
export type SecretSource =
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "Variable"; readonly name: string };

/** A secret, and where its value is. */
export interface SecretAssignment {
  readonly name: string;
  readonly source: SecretSource;
}

/** What a command does with secrets that it is given. */
export interface WantedSecrets {
  readonly assignments: readonly SecretAssignment[];
  /** Whether the values go to the store; else they are looked at, and kept nowhere. */
  readonly keep: boolean;
}

const sourceOf = (text: string): SecretSource | null => {
  if (text.startsWith("@") && text.length > 1) return { _tag: "File", path: text.slice(1) };
  const variable = /^env:([A-Za-z_]\w*)$/.exec(text)?.[1];
  return variable === undefined ? null : { _tag: "Variable", name: variable };
};

/** `NAME=@FILE`, `NAME=env:VARIABLE`. What was given is not told again: it may be a value. */
export const secretAssignment = new t.Type<SecretAssignment, SecretAssignment, unknown>(
  "secret",
  (_): _ is SecretAssignment => false,
  (input, context) => {
    const [, name = "", rest = ""] = /^([^=]*)=(.*)$/s.exec(String(input)) ?? [];
    const source = sourceOf(rest);
    const said = "must be NAME=@FILE or NAME=env:VARIABLE: a value on the command line is seen by everybody";
    if (isSecretName(name) && source !== null) return t.success({ name, source });
    return t.failure(null, context, said);
  },
  t.identity,
);

/** The newline at the end of a single line is no part of it: `echo` and editors add one. */
export const trimmed = (value: Buffer): Buffer => {
  const first = value.indexOf(0x0a);
  if (first < 0 || first !== value.length - 1) return value;
  return value.subarray(0, value[first - 1] === 0x0d ? first - 1 : first);
};

/** Work with files; what the kernel refuses as an error to report. */
export const refusing = <T>(work: () => T): Either<ReportedError, T> => {
  try {
    return right(work());
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return left({ message: `cannot ${error.operation}: ${error.words}` });
  }
};

/** The value in a file or a variable. */
export const readSecret = ({ name, source }: SecretAssignment): Either<ReportedError, Buffer> => {
  const read = refusing(() => contentOf(source));
  if (isLeft(read)) return read;
  const from = source._tag === "File" ? source.path : `the variable ${source.name}`;
  const without = (why: string): Either<ReportedError, Buffer> =>
    left({ message: `${from} is ${why}: the secret ${name} gets no value` });
  if (read.right === null) return without("not set");
  const value = trimmed(read.right);
  return value.length === 0 ? without("empty") : right(value);
};

/** Null of a variable that is not set. */
const contentOf = (source: SecretSource): Buffer | null => {
  if (source._tag === "Variable") {
    const text = process.env[source.name];
    return text === undefined ? null : Buffer.from(text);
  }
  try {
    return readFileSync(source.path);
  } catch (error) {
    throw kernelErrorOf(`read ${source.path}`, error);
  }
};

/** The secrets of a program that a command was given. */
export interface Provided {
  /** What tells their values from others, by their names. */
  readonly versions: ReadonlyMap<string, string>;
  /** Puts the values into the store, where that is asked for; what cannot be kept, if anything. */
  readonly keep: () => ReportedError | null;
}

/**
 * Says in a program which secrets of its system have a value, and with what is asked for. The store is as
 * it was until they are kept: what runs with it must not see values of a program that is wrong.
 */
export const provideSecrets = (
  program: Program,
  system: string,
  { assignments, keep }: WantedSecrets,
): Either<ReportedError, Provided> => {
  const store = new SecretStore(system);
  const values = new Map<string, Buffer>();
  for (const assignment of assignments) {
    const value = readSecret(assignment);
    if (isLeft(value)) return value;
    values.set(assignment.name, value.right);
  }
  const give = (given: ReadonlyMap<string, Buffer>) =>
    refusing(() => {
      const versions = new Map(
        [...given].map(([name, value]) => [name, store.versionOf(name, value)] as const),
      );
      giveSecrets(program, new Map([...store.versions(), ...versions]));
      return versions;
    });
  const versions = give(values);
  if (isLeft(versions)) return versions;
  const kept = (): ReportedError | null => {
    if (!keep || values.size === 0) return null;
    const set = refusing(() => {
      for (const [name, value] of values) setSecret(name, value, system);
    });
    if (isLeft(set)) return set.left;
    // The first value that is kept makes the key of the digests.
    const again = give(values);
    return isLeft(again) ? again.left : null;
  };
  return right({ versions: versions.right, keep: kept });
};
