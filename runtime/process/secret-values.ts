/** The values of the secrets that a process gets, put in where they stand. */
import type { Process, SecretPieces } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { SecretStore } from "../secrets/store.ts";
import type { SystemState } from "./state.ts";

/** A file of /run/secrets. */
export interface SecretContent {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What a process is given in the clear. */
export interface SecretValues {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly SecretContent[];
  /** Of files of its own, by their paths. */
  readonly own: ReadonlyMap<string, Uint8Array>;
}

const none: SecretValues = { env: {}, files: [], own: new Map() };

const storedValue = (store: SecretStore, doing: string, name: string, version: string | null): Buffer => {
  const value = store.value(name);
  if (value === null)
    throw new KernelError(
      doing,
      "ENOKEY",
      `the secret ${name} has no value: \`architect secret set ${name}\` gives it one`,
    );
  // What it is started with is what its spec says.
  if (version !== null && store.versionOf(name, value) !== version)
    throw new KernelError(doing, "ESTALE", `the secret ${name} was changed meanwhile`);
  return value;
};

const variable = (doing: string, name: string, content: Buffer): string => {
  const text = content.toString("utf8");
  if (!text.includes("\0") && Buffer.from(text, "utf8").equals(content)) return text;
  throw new KernelError(
    doing,
    "EINVAL",
    `the secret in the variable ${name} is no text: \`secret\` gives it as a file`,
  );
};

/**
 * The secrets of a process, as they are in the store now. Throws a `KernelError`, in which no value stands: ENOKEY and ESTALE name
 * the secret that has no value, or another one; EINVAL: a variable cannot hold it. `doing`: what they are for, in words.
 */
export const secretValues = (
  state: SystemState,
  { key, secrets }: Pick<Process, "key" | "secrets">,
  doing = `start ${key}`,
): SecretValues => {
  if (secrets === undefined) return none;
  const store = new SecretStore(state.system, state.root);
  const filled = (pieces: SecretPieces): Buffer =>
    Buffer.concat(
      pieces.map((piece) =>
        typeof piece === "string"
          ? Buffer.from(piece)
          : storedValue(store, doing, piece.secret, piece.version),
      ),
    );
  return {
    env: Object.fromEntries(
      Object.entries(secrets.env).map(([name, pieces]) => [name, variable(doing, name, filled(pieces))]),
    ),
    files: Object.entries(secrets.files).map(([name, pieces]) => ({ name, content: filled(pieces) })),
    own: new Map(Object.entries(secrets.own ?? {}).map(([path, pieces]) => [path, filled(pieces)])),
  };
};
