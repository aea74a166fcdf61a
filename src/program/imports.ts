/** Imports: from a path in the text to another file of the program. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Import } from "../core/syntax/declarations.ts";
import { grouped } from "../core/tally.ts";
import type { Term } from "../core/term.ts";
import { encodeUtf8 } from "../core/utf8.ts";
import type { Problem, Site } from "../language/problem.ts";
import { quote } from "../language/quote.ts";

/** A file that an import led to. */
export interface ImportedFile {
  /** As diagnostics name it; equal for two paths to one file. */
  readonly file: string;
  readonly text: string;
}

/** A file that cannot be read. */
export interface UnreadableImport {
  readonly file: string;
  /** A sentence: `it is a directory`. */
  readonly reason: string;
  /** `NotThere`: nothing is. `TooLarge`: it is larger than a bound, which then is what is reported. */
  readonly _tag: "NotThere" | "NoFile" | "TooLarge";
}

/** Finds the file that `path` means where it stands in the file `from`; null: there is none. */
export type ResolveImport = (
  path: string,
  from: string,
) => ImportedFile | UnreadableImport | string | null | undefined;

/** What became of an import. */
export type Resolved =
  | { readonly _tag: "File"; readonly file: string; readonly text: string }
  | { readonly _tag: "Problem"; readonly problem: Problem };

/** `./a/../lib.arch` in `dir/main.arch` is `dir/lib.arch`. */
export const joinPath = (path: string, from: string): string => {
  const parts = path.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "." || part === "") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
};

/** The folder of a file. */
export const dirname = (file: string): string => {
  const end = file.lastIndexOf("/");
  return end < 0 ? "." : end === 0 ? "/" : file.slice(0, end);
};

/** The folder of a file, given a file that is in `directory`. Of one that is no path, as an address is, that directory. */
export const directoryBeside = (file: string, other: string, directory: string): string => {
  if (file.includes("://")) return directory;
  if (file.startsWith("/")) return dirname(file);
  const parts = (path: string): readonly string[] =>
    path
      .split("/")
      .slice(0, -1)
      .filter((part) => part !== ".");
  const [here, there] = [parts(file), parts(other)];
  let shared = 0;
  while (shared < here.length && shared < there.length && here[shared] === there[shared]) shared++;
  const way = [...there.slice(shared).map(() => ".."), ...here.slice(shared)];
  return way.length === 0 ? directory : joinPath(way.join("/"), `${directory}/`);
};

/** Files from `from` to `to` along imports, each from the file of its definition; null where there is no way. */
export const wayAlong = (
  imports: ReadonlyMap<{ readonly file: string }, string>,
  from: string,
  to: string,
): readonly string[] | null => {
  const ways: (readonly string[])[] = [[from]];
  const seen = new Set<string>();
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const last = way.at(-1)!;
    if (last === to) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const [definition, file] of imports) if (definition.file === last) ways.push([...way, file]);
  }
  return null;
};

/** A file, and all to which imports lead from it, each from the file of its definition. */
export const filesFrom = (
  imports: ReadonlyMap<{ readonly file: string }, string>,
  main: string,
): ReadonlySet<string> => {
  const reached = new Set([main]);
  for (const from of reached) for (const [{ file }, to] of imports) if (file === from) reached.add(to);
  return reached;
};

/**
 * Finds the file of an import, and verifies what the import says of it. `textOf`: the text
 * of a file that has been found before, which may have been changed since.
 */
export const resolve = (
  node: Import<Term>,
  from: string,
  site: Site,
  find: ResolveImport | undefined,
  textOf: (file: string) => string | undefined,
  /** Characters that a file may have. */
  most: number,
): Resolved => {
  const problem = (code: Problem["code"], message: string, hint: string): Resolved => ({
    _tag: "Problem",
    problem: { code, message, site, hints: [{ message: hint }] },
  });
  const found = find?.(node.path, from) ?? null;
  const meant = joinPath(node.path, from);
  if (found === null || (typeof found !== "string" && "reason" in found && found._tag === "NotThere")) {
    return problem(
      "import-not-found",
      `there is no file ${quote(node.path)}`,
      `paths are relative to the file that imports: this one looks for ${found?.file ?? meant}`,
    );
  }
  const unreadable = (code: Problem["code"], reason: string, file: string): Resolved =>
    problem(code, `cannot read ${quote(node.path)}: ${reason}`, `the path leads to ${file}`);
  if (typeof found !== "string" && "reason" in found)
    return unreadable(
      found._tag === "TooLarge" ? "limit-exceeded" : "import-not-found",
      found.reason,
      found.file,
    );
  const { file, text } = typeof found === "string" ? { file: meant, text: found } : found;
  if (text.length > most)
    return unreadable("limit-exceeded", `it has more than ${grouped(most, "character")}`, file);
  if (node.sha256 !== null) {
    const actual = bytesToHex(sha256(encodeUtf8(textOf(file) ?? text)));
    if (actual !== node.sha256.toLowerCase()) {
      return problem(
        "import-integrity",
        `${file} is not the file that was meant: its sha256 is ${actual}`,
        `if the change is intended, write sha256:${actual}`,
      );
    }
  }
  return { _tag: "File", file, text };
};
