/**
 * Lists of the instances that an automaton reaches one by one: files in a directory that its instances see, each
 * replaced as a whole, so that a program that reads one, or watches the directory, follows without a restart.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type HostList, hostListDirectory } from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import { isDraft, replaceFile } from "../replace-file.ts";
import type { BoundDirectory } from "./kept/prepare.ts";
import type { SystemState } from "./state.ts";

/** The files of a list by their names: an address a line, and the same as Prometheus discovers targets in files. */
const filesOf = ({ name, addrs }: HostList): readonly (readonly [file: string, text: string])[] => [
  [name, addrs.map((addr) => `${addr}\n`).join("")],
  [`${name}.json`, `${JSON.stringify([{ targets: addrs }])}\n`],
];

/** What processes of the automaton that run already see from now on. Programs of any user read it. */
export const writeHostLists = (state: SystemState, automaton: string, lists: readonly HostList[]): void => {
  const there = state.hostListDirectory(automaton);
  if (lists.length === 0 && !existsSync(there)) return;
  const directory = state.makeHostLists(automaton);
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755); // whatever the umask
  const files = lists.flatMap(filesOf);
  for (const [file, text] of files) replaceFile(`${directory}/${file}`, text, 0o644);
  const meant = new Set(files.map(([file]) => file));
  for (const file of readdirSync(directory))
    if (!meant.has(file)) rmSync(`${directory}/${file}`, { recursive: true, force: true });
};

/** The lists that are there, whole. */
export const readHostLists = (state: SystemState, automaton: string): readonly HostList[] => {
  const directory = state.hostListDirectory(automaton);
  try {
    const texts = new Map(
      readdirSync(directory)
        .filter((file) => !isDraft(file))
        .map((file) => [file, readFileSync(`${directory}/${file}`, "utf8")]),
    );
    return [...texts]
      .filter(([file]) => !file.includes("."))
      .map(([name, text]): HostList => ({ name, addrs: text.split("\n").filter((line) => line !== "") }))
      .filter((list) => filesOf(list).every(([file, text]) => texts.get(file) === text))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return [];
    throw error;
  }
};

/** What an instance of the automaton is to see of its lists, if it has some. */
export const hostLists = (state: SystemState, automaton: string): readonly BoundDirectory[] => {
  const source = state.hostListDirectory(automaton);
  return existsSync(source) ? [{ source, target: hostListDirectory, readOnly: true }] : [];
};
