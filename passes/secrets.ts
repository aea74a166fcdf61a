/** The secrets of an artifact: by their names, with what tells their values from others. */
import { secretCell, secretsCell } from "../src/core/cell-key.ts";
import type { Reader } from "../src/core/pass.ts";
import type { SecretPieces, SecretUses } from "../src/core/resource.ts";
import type { Problem, Site } from "../src/language/problem.ts";
import type { SecretFile, SecretText } from "../src/language/value.ts";

const missing = (secret: string, site: Site): Problem => ({
  code: "missing-secret",
  message: `the secret \`${secret}\` has no value`,
  site,
  hints: [{ message: `\`architect secret set ${secret}\` gives it one` }],
});

/** The versions of the secrets that an automaton reads, each of which it misses once. */
class Versions {
  readonly #read: Reader;
  readonly #missed = new Set<string>();

  constructor(read: Reader) {
    this.#read = read;
  }

  of(text: string | SecretText): SecretPieces {
    if (typeof text === "string") return [text];
    return text.map((piece) => (typeof piece === "string" ? piece : this.#versionOf(piece)));
  }

  #versionOf({ secret, site }: Exclude<SecretText[number], string>): Exclude<SecretPieces[number], string> {
    const version = this.#read.cell(secretCell(secret)) ?? null;
    if (version === null && !this.#missed.has(secret) && this.#read.cell(secretsCell) === true) {
      this.#missed.add(secret);
      this.#read.problem(missing(secret, site));
    }
    return { secret, version };
  }
}

/** The secrets in variables, in /run/secrets and in files by their paths; undefined where there are none. */
export const secretUses = (
  variables: ReadonlyMap<string, SecretText>,
  secrets: readonly SecretFile[],
  own: ReadonlyMap<string, SecretText>,
  read: Reader,
): SecretUses | undefined => {
  if (variables.size + secrets.length + own.size === 0) return undefined;
  const versions = new Versions(read);
  const env = Object.fromEntries([...variables].map(([name, text]) => [name, versions.of(text)]));
  const files = Object.fromEntries(secrets.map(({ name, content }) => [name, versions.of(content)]));
  if (own.size === 0) return { env, files };
  return { env, files, own: Object.fromEntries([...own].map(([path, text]) => [path, versions.of(text)])) };
};

/** What is compared of them: equal texts are equal secrets at equal places, with equal values. */
export const secretSpec = (uses: SecretUses | undefined): readonly string[] =>
  Object.entries(uses ?? {}).flatMap(([to, texts]: [string, SecretUses["env"]]) =>
    Object.entries(texts).flatMap(([name, pieces]) => [
      `=secret ${to}`,
      name,
      `${pieces.length}`,
      ...pieces.flatMap((piece) =>
        typeof piece === "string" ? ["", piece] : [piece.secret, piece.version ?? ""],
      ),
    ]),
  );
