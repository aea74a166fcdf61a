/** What completion asks of the machine. Never fails: what cannot be found is not offered. */
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { SystemState, stateRoot } from "../../../runtime/process/state.ts";
import { compareNames } from "../../core/natural.ts";
import type { Status } from "../../live/control/status.ts";
import type { Candidate, Lookup, Where } from "./candidates.ts";

const orNothing = <T>(read: () => readonly T[]): readonly T[] => {
  try {
    return read();
  } catch {
    return [];
  }
};

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const files: Lookup["files"] = (word, wanted) => {
  const written = word.endsWith("/") ? word : word.includes("/") ? `${dirname(word)}/` : "";
  const prefix = written === "//" ? "/" : written;
  const home = process.env.HOME ?? "~";
  const directory = prefix === "" ? "." : prefix.replace(/^~(?=\/)/, home);
  return orNothing(() =>
    readdirSync(directory)
      .filter((name) => !name.startsWith(".") || word.slice(prefix.length).startsWith("."))
      .flatMap((name): Candidate[] => {
        const text = `${prefix}${name}`;
        if (isDirectory(join(directory, name))) return [{ text: `${text}/`, summary: "", kind: "directory" }];
        return wanted === "program" && name.endsWith(".arch") ? [{ text, summary: "", kind: "file" }] : [];
      }),
  );
};

const directories = (): readonly string[] =>
  orNothing(() => readdirSync(stateRoot(), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** A person waits for the next key meanwhile. */
const answerWithinMs = 400;

/** How a system stands, if its orchestrator says so at once. */
const statusOf = async (system: string): Promise<Status | null> => {
  const { ControlClient } = await import("../../live/control/client.ts");
  const client = await ControlClient.open(new SystemState(system).directory).catch(() => null);
  if (client === null) return null;
  const late = new Promise<null>((resolve) => setTimeout(resolve, answerWithinMs, null).unref());
  const answer = await Promise.race([client.ask("status", {}), late]);
  client.destroy();
  return answer === null || isLeft(answer) ? null : answer.right;
};

const statuses = async ({ system }: Where): Promise<readonly Status[]> =>
  (await Promise.all((system === null ? directories() : [system]).map(statusOf))).filter(
    (one) => one !== null,
  );

/** A program as it is read without inputs; null where it cannot be. */
const programAt = async (file: string) => {
  const [{ open }, { readSource }] = await Promise.all([import("../program.ts"), import("../source.ts")]);
  const source = readSource(file, []);
  const opened = isLeft(source) ? source : open(source.right, { input: [], limit: [] });
  return isLeft(opened) ? null : opened.right.program;
};

const named = (names: Iterable<string>): readonly Candidate[] =>
  [...new Set(names)].sort(compareNames).map((text) => ({ text, summary: "" }));

const systems: Lookup["systems"] = async ({ file }) => {
  if (file === null) return named(directories());
  return named((await programAt(file))?.systems ?? []);
};

/** More instances than these are not offered one by one. */
const most = 16;

/** An automaton, its instances, and its ports where they are wanted. */
const parts = (name: string, count: number, ports: readonly string[]): readonly string[] => [
  name,
  ...Array.from({ length: count > most ? 0 : count }, (_, index) => `${name}.${index}`),
  ...ports.map((port) => `${name}.${port}`),
];

/** Those that have a log: of a system that nobody supervises they can be told by it. */
const logged = ({ system }: Where): readonly string[] => {
  const found = (system === null ? directories() : [system]).flatMap((name) =>
    orNothing(() => readdirSync(join(stateRoot(), name, "logs"))),
  );
  return found.flatMap((file) => {
    const [, automaton, index] = /^(.*)\.(\d+)\.log$/.exec(file) ?? [];
    return automaton === undefined ? [] : [automaton, `${automaton}.${index}`];
  });
};

const automata: Lookup["automata"] = async (where, ports) => {
  if (where.file !== null) {
    const program = await programAt(where.file);
    const members = program === null ? [] : [...program.augmentation.tree];
    return named(
      members.flatMap(({ key, member, attributes }) => {
        if (member._tag === "Union") return [key];
        const { provides, requires } = member.automaton;
        const { count } = attributes.instances as { readonly count: number };
        return parts(key, count, ports ? [...provides, ...requires].map(({ name }) => name) : []);
      }),
    );
  }
  const running = (await statuses(where)).flatMap(({ automata: all, wires }) =>
    all.flatMap(({ name, instances, services }) => {
      const required = wires
        .filter(({ from }) => from.startsWith(`${name}.`))
        .map(({ from }) => from.slice(name.length + 1));
      const provided = services.map(({ port }) => port).filter((port) => !port.includes("|"));
      return parts(name, instances.length, ports ? [...provided, ...required] : []);
    }),
  );
  return named([...running, ...logged(where)]);
};

const inputs: Lookup["inputs"] = async (where) => {
  const files = where.file === null ? (await statuses(where)).map(({ file }) => file) : [where.file];
  const programs = await Promise.all(files.filter((file) => file !== null).map(programAt));
  const names = programs.flatMap((program) => [...(program?.workspace.cells.inputs() ?? [])]);
  return named(names.map((name) => `${name}=`)).map((candidate) => ({ ...candidate, kind: "open" as const }));
};

export const lookup: Lookup = { files, systems, automata, inputs };
