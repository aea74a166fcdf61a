/** Files that import each other, and which of the imports is to blame. */
import type { Definition } from "./definition.ts";

type Imports = ReadonlyMap<Definition, string>;

/** What each file imports, in the order of the text. */
const byFile = (imports: Imports, placeOf: (definition: Definition) => number) => {
  const all = new Map<string, [Definition, string][]>();
  for (const entry of imports) {
    const own = all.get(entry[0].file);
    if (own === undefined) all.set(entry[0].file, [entry]);
    else own.push(entry);
  }
  for (const own of all.values()) own.sort(([a], [b]) => placeOf(a) - placeOf(b));
  return all;
};

/**
 * The imports that close a circle, each with the files of it, from its own and back there:
 * those that lead back to a file on the way to them, when files are read from `main`, each
 * import in its place. The texts alone tell which these are, not how they came to be so.
 */
export const closingCircles = (
  imports: Imports,
  main: string,
  placeOf: (definition: Definition) => number,
): ReadonlyMap<Definition, readonly string[]> => {
  const all = byFile(imports, placeOf);
  const closing = new Map<Definition, readonly string[]>();
  const read = new Set([main]);
  const way: { readonly file: string; next: number }[] = [{ file: main, next: 0 }];
  for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
    const entry = all.get(last.file)?.[last.next++];
    if (entry === undefined) {
      way.pop();
      continue;
    }
    const [definition, file] = entry;
    const from = way.findIndex((one) => one.file === file);
    if (from >= 0) closing.set(definition, [last.file, ...way.slice(from).map((one) => one.file)]);
    else if (!read.has(file)) {
      read.add(file);
      way.push({ file, next: 0 });
    }
  }
  return closing;
};
