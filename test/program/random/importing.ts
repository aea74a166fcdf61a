/** Random edits of which files a file imports: also such as lead back to it. */
import type { Random } from "../../random.ts";
import { everywhere, stopgaps, type Text } from "./edits.ts";
import { importedBy, named } from "./scene.ts";

/** An import of a file, as a namespace or by names of those that it `declares`, at any place of the text. */
export const withImport = (text: Text, random: Random, file: string, declares: readonly string[]): Text => {
  const names = declares.filter(() => random.once(8));
  const what = random.once(2) ? `as m${1 + random.below(5)}` : `{ ${names.join(", ")} }`;
  return text.toSpliced(random.below(text.length + 1), 0, `import "./${file}" ${what}`);
};

/** The text without one of its imports, and with something else where that is used; null where it has none. */
export const withoutImport = (text: Text, random: Random): Text | null => {
  const imports = text.flatMap((one, i) => (importedBy(one) === null ? [] : i));
  if (imports.length === 0) return null;
  const index = random.pick(imports);
  const { as, names } = importedBy(text[index]!)!;
  const left = text.toSpliced(index, 1);
  const instead = (name: string): string => stopgaps[named(name)?.kind ?? "m"];
  if (as !== undefined) {
    const uses = new RegExp(`\\b${as}\\.(\\w+)`, "g");
    return left.map((one) => one.replace(uses, (_, name: string) => instead(name)));
  }
  const known = names.filter((name) => name !== "");
  return known.reduce<Text>((all, name) => everywhere(all, name, instead(name)), left);
};
