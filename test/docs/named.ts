/** What pages say of the project: files, folders and names, in code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");

const filesIn = (room: string): readonly string[] =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((name) => join(room, name));
const rooms = ["grammar", "passes", "runtime", "src", "test"].filter((room) => existsSync(join(root, room)));
const files = rooms.flatMap(filesIn);
const sources = files.filter((path) => path.endsWith(".ts") && !path.startsWith("test/"));
const texts = sources.map((path) => readFileSync(join(root, path), "utf8"));
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object }).scripts,
);

/** What stands in code on a line, with the folders that the line and its table have named before. */
export interface Named {
  readonly line: number;
  readonly text: string;
  readonly folders: readonly string[];
}

/** Below a heading, files may be named from the folders that were named there. */
export const namedOn = (markdown: string): readonly Named[] => {
  let folders: string[] = [];
  const found: Named[] = [];
  let isBlock = false;
  for (const [i, line] of markdown.split("\n").entries()) {
    if (line.startsWith("```")) isBlock = !isBlock;
    if (line.startsWith("#")) folders = [];
    if (isBlock) continue;
    for (const [, text] of line.matchAll(/`([^`]+)`/g)) {
      found.push({ line: i + 1, text: text!, folders: [...folders] });
      const path = text!.replace(/\/$/, "");
      if (/^[\w./-]+$/.test(path) && existsSync(join(root, path)))
        folders.push(path.includes(".ts") ? dirname(path) : path);
    }
  }
  return found;
};

export const isPath = (text: string): boolean =>
  /^[\w./-]+$/.test(text) && /\/|\.(ts|md|ebnf|js)$/.test(text);

/** Whether there is such a file or folder: from the root, or in a folder that was named before. */
export const isThere = ({ text, folders }: Named): boolean => {
  if (existsSync(join(root, text))) return true;
  return folders.some((folder) =>
    files.some((path) => path.startsWith(`${folder}/`) && `/${path}`.endsWith(`/${text}`)),
  );
};

const declares = (name: string): boolean => {
  const declared = new RegExp(
    `(?:\\b(?:const|let|function\\*?|class|interface|type)\\s+|^\\s+(?:(?:async|static|get|set|readonly|override)\\s+|\\*)*#?)${name}\\b(?=\\s*[<(=:?;,{])`,
    "m",
  );
  // A variable of the environment; a word of the language, of a status or of a tag is a text of the program.
  const spelled = new RegExp(`["'\`]${name}(?:["'\`]| \\$\\{)|process\\.env\\.${name}\\b`);
  return texts.some((text) => declared.test(text) || spelled.test(text));
};

export const isKnown = ({ text }: Named): boolean => {
  const [, script] = /^npm run (\S+)/.exec(text) ?? [];
  if (script !== undefined) return scripts.includes(script);
  const [word, ...more] = text
    .replace(/\(.*\)$/, "")
    .replace(/=.*$/, "")
    .split(/[ .]/);
  // Of a cell (`held a`) the first word is the program's, the others are examples.
  return declares(word!) && (text.includes(" ") || more.every(declares));
};
