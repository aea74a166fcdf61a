import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { listSecrets, removeSecret, type SecretFound, setSecret } from "../../../runtime/secrets/store.ts";
import { jsonText } from "../../core/json-text.ts";
import { compareNames } from "../../core/natural.ts";
import { readStandardBytes } from "../../files/read.ts";
import { isSecretName, secretNameForm } from "../../language/secret.ts";
import { askHidden } from "../ask-secret.ts";
import { type ExitCode, exit } from "../command.ts";
import { flag, implement, oneOf, optional, orElse, systemName, text } from "../option-schema.ts";
import { table } from "../render/table.ts";
import { theme } from "../render/theme.ts";
import { type ReportedError, reportError } from "../report-error.ts";
import { readersLine, secretReaders } from "../secret-readers.ts";
import { readSecret, refusing, secretAssignment, trimmed } from "../secrets.ts";
import type { Terminal } from "../terminal.ts";

const schema = t.type({
  action: oneOf(["set", "ls", "rm"]),
  name: orElse(t.array(text), []),
  system: optional(systemName),
  json: flag,
});

/** So large is no password, key or certificate. */
const mostBytes = 1 << 20;

const scopeText = (system: string | null): string => (system === null ? "all systems" : system);

/** The value that a person writes, or another program. */
const given = async (name: string, { err }: Terminal): Promise<Either<ReportedError, Buffer>> => {
  if (process.stdin.isTTY === true) {
    const answer = await askHidden(`value of ${name} (is not shown): `, process.stdin, err);
    if (answer === null) return left({ message: `${name} is as it was` });
    return answer === ""
      ? left({ message: "nothing was written: no value is set" })
      : right(Buffer.from(answer));
  }
  const read = readStandardBytes(mostBytes);
  if (isLeft(read)) return left({ message: `cannot read standard input: ${read.left.reason}` });
  const value = trimmed(read.right);
  return value.length === 0 ? left({ message: "standard input is empty: no value is set" }) : right(value);
};

const wrongName = (name: string): ReportedError => ({
  message: `a secret cannot be called ${JSON.stringify(name)}`,
  hint: `a name has ${secretNameForm}`,
});

/** `NAME`, or where the value is. What stands behind another `=` may be a value, and is not told again. */
const valueFor = async (
  word: string,
  terminal: Terminal,
): Promise<Either<ReportedError, readonly [string, Buffer]>> => {
  const [name = ""] = word.split("=", 1);
  if (!isSecretName(name)) return left(wrongName(name));
  if (name === word) {
    const value = await given(name, terminal);
    return isLeft(value) ? value : right([name, value.right]);
  }
  const assignment = secretAssignment.decode(word);
  if (isLeft(assignment)) return left({ message: `the value of ${name} ${assignment.left[0]?.message}` });
  const value = readSecret(assignment.right);
  return isLeft(value) ? value : right([name, value.right]);
};

const set = async (
  words: readonly string[],
  system: string | null,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { out, json } = terminal;
  if (words.length === 0) return reportError(terminal, { message: "no secret is named to be set" });
  const unsaid = words.filter((word) => !word.includes("="));
  if (unsaid.length > 1 && process.stdin.isTTY !== true)
    return reportError(terminal, {
      message: `standard input has the value of one secret, not of ${unsaid.length}`,
      hint: "give the others as NAME=@FILE or NAME=env:VARIABLE, or one after the other",
    });
  for (const word of words) {
    const value = await valueFor(word, terminal);
    if (isLeft(value)) return reportError(terminal, value.left);
    const [name, content] = value.right;
    const done = refusing(() => setSecret(name, content, system));
    if (isLeft(done)) return reportError(terminal, done.left);
    const found = await secretReaders(name, system);
    out.write(
      json
        ? `${jsonText({ set: name, system, ...found })}\n`
        : `${name} is set for ${scopeText(system)}: ${readersLine(found)}\n`,
    );
  }
  return exit.done;
};

const remove = async (
  names: readonly string[],
  system: string | null,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { out, json } = terminal;
  if (names.length === 0)
    return reportError(terminal, {
      message: "no secret is named to be removed",
      hint: "architect secret ls shows which there are",
    });
  for (const name of names) {
    if (!isSecretName(name)) return reportError(terminal, wrongName(name));
    const removed = refusing(() => removeSecret(name, system));
    if (isLeft(removed)) return reportError(terminal, removed.left);
    if (!removed.right)
      return reportError(terminal, {
        message: `${scopeText(system)} ${system === null ? "have" : "has"} no secret ${name}`,
        hint: "architect secret ls shows which there are",
      });
    const found = await secretReaders(name, system);
    const goesOn = found.readers.length === 0 ? "" : ", and goes on with its last value";
    out.write(
      json
        ? `${jsonText({ removed: name, system, ...found })}\n`
        : `${theme(out.colour).delete("-")} ${name}: ${readersLine(found)}${goesOn}\n`,
    );
  }
  return exit.done;
};

const byName = (a: SecretFound, b: SecretFound): number => compareNames(a.name, b.name);

const list = (system: string | null, terminal: Terminal): ExitCode => {
  const { out, json } = terminal;
  const found = refusing(() => listSecrets());
  if (isLeft(found)) return reportError(terminal, found.left);
  const secrets = found.right.filter((one) => system === null || one.system === system).sort(byName);
  if (json) {
    const told = secrets.map((one) => ({ ...one, changed: new Date(one.changed).toISOString() }));
    out.write(`${jsonText({ secrets: told })}\n`);
  } else if (secrets.length === 0) out.write("no secret has a value\n");
  else {
    const paint = theme(out.colour);
    const rows = secrets.map(({ name, system: of, changed }) => [
      { text: name, paint: paint.name },
      { text: scopeText(of) },
      { text: new Date(changed).toISOString() },
    ]);
    const columns = [{ title: "SECRET" }, { title: "OF" }, { title: "CHANGED", drop: 1 }] as const;
    out.write(table(columns, rows, out.columns(), paint));
  }
  return exit.done;
};

export const secret = implement(schema, async ({ action, name, system }, terminal) => {
  switch (action) {
    case "set":
      return set(name, system, terminal);
    case "rm":
      return remove(name, system, terminal);
    case "ls":
      return list(system, terminal);
  }
});
