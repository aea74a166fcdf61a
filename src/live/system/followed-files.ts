/** The files that a running program is made of, sources and what `read` reads, by the places where they may be changed. */
import { dirname, resolve } from "node:path";
import { realPath } from "../../files/read.ts";
import type { Program } from "../../program/program.ts";
import { readText, type WatchedFile } from "../watch/files.ts";

/** Where a file may be changed: where it is named, and where that leads if it is a link. */
const placesOf = (file: string): readonly string[] => [...new Set([resolve(file), realPath(resolve(file))])];

/** Where a file is that is named in another one. */
const placeBeside = (path: string, from: string): string => resolve(dirname(realPath(resolve(from))), path);

/** The files that a program reads and that hold another text now. One that is not there any more stays as it was. */
export const readAgain = ({ workspace }: Program): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  for (const { path, from, cell } of workspace.readFiles.all) {
    const text = readText(placeBeside(path, from));
    if (text !== null && text !== cell.value.text) texts.set(cell.value.file, text);
  }
  return texts;
};

/** What is to be followed for a program: also the files that only a change read that was refused. */
export const watchedFiles = ({ workspace: { modules, readFiles } }: Program): readonly WatchedFile[] => [
  ...readFiles.sought.flatMap(({ path, from }) =>
    placesOf(placeBeside(path, from)).map((place) => ({ path: place, text: readText(place) })),
  ),
  ...[...readFiles.all].flatMap(({ path, from, cell }) =>
    placesOf(placeBeside(path, from)).map((place) => ({ path: place, text: cell.value.text })),
  ),
  ...[...modules.values()].flatMap(({ file, document }) =>
    placesOf(file).map((path) => ({ path, text: document.text })),
  ),
];

/** The names of a program's files by the places where they may be changed. */
export const filesByPlace = ({ workspace: { modules, readFiles } }: Program): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  for (const { path, from, cell } of readFiles.all)
    for (const place of placesOf(placeBeside(path, from))) files.set(place, cell.value.file);
  for (const file of modules.keys()) for (const place of placesOf(file)) files.set(place, file);
  return files;
};
