/** What completion asks of the machine. Never fails: what cannot be found is not offered. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { stateRoot } from "../../../runtime/process/state.ts";
import type { Candidate, Lookup } from "./candidates.ts";

const orNothing = <T>(read: () => readonly T[]): readonly T[] => {
  try {
    return read();
  } catch {
    return [];
  }
};

const files: Lookup["files"] = (word, wanted) => {
  const written = word.endsWith("/") ? word : word.includes("/") ? `${dirname(word)}/` : "";
  const prefix = written === "//" ? "/" : written;
  const home = process.env.HOME ?? "~";
  const directory = prefix === "" ? "." : prefix.replace(/^~(?=\/)/, home);
  return orNothing(() => readdirSync(directory, { withFileTypes: true }))
    .filter((entry) => !entry.name.startsWith(".") || word.slice(prefix.length).startsWith("."))
    .flatMap((entry): Candidate[] => {
      if (entry.isDirectory()) return [{ text: `${prefix}${entry.name}/`, summary: "" }];
      return wanted === "program" && entry.name.endsWith(".arch")
        ? [{ text: `${prefix}${entry.name}`, summary: "" }]
        : [];
    });
};

const directories = (): readonly string[] =>
  orNothing(() => readdirSync(stateRoot(), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

const systems: Lookup["systems"] = () => directories().map((text) => ({ text, summary: "" }));

/** The automata of a system, or of all, and their instances: by the logs that they have. */
const automata: Lookup["automata"] = async (system) => {
  const found = (system === null ? directories() : [system]).flatMap((name) =>
    orNothing(() => readdirSync(join(stateRoot(), name, "logs"))),
  );
  const places = found.flatMap((file) => {
    const [, automaton, index] = /^(.*)\.(\d+)\.log$/.exec(file) ?? [];
    return automaton === undefined ? [] : [{ automaton, index }];
  });
  const names = new Set(places.map(({ automaton }) => automaton));
  return [...names, ...places.map(({ automaton, index }) => `${automaton}.${index}`)].map((text) => ({
    text,
    summary: "",
  }));
};

export const lookup: Lookup = { files, systems, automata };
