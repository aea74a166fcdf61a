/** Imports: from a path in the text to another file of the program. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Import } from "../core/syntax/declarations.ts";
import type { Term } from "../core/term.ts";
import type { Problem, Site } from "../language/problem.ts";

export interface ImportedFile {
  /** As diagnostics name it; equal for two paths to one file. */
  readonly file: string;
  readonly text: string;
}

/** Finds the file that `path` means where it stands in the file `from`; null: there is none. */
export type ResolveImport = (path: string, from: string) => ImportedFile | string | null | undefined;

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
): Resolved => {
  const problem = (code: Problem["code"], message: string, hint: string): Resolved => ({
    _tag: "Problem",
    problem: { code, message, site, hints: [{ message: hint }] },
  });
  const found = find?.(node.path, from) ?? null;
  if (found === null) {
    return problem(
      "import-not-found",
      `there is no file ${JSON.stringify(node.path)}`,
      `paths are relative to the file that imports: this one looks for ${joinPath(node.path, from)}`,
    );
  }
  const { file, text } = typeof found === "string" ? { file: joinPath(node.path, from), text: found } : found;
  if (node.sha256 !== null) {
    const actual = bytesToHex(sha256(utf8ToBytes(textOf(file) ?? text)));
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
