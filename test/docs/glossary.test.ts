/** The glossary has every word of the field that names of exported classes and types are made of. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { stemOf, wordsOf } from "./words.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const glossary = read("docs/glossary.md");

/** The words in bold at the beginning of an entry, and in brackets behind them. */
const heads = [...glossary.matchAll(/^\*\*.*? —/gm)].map(([head]) => head);
const explained = new Set(heads.flatMap((head) => wordsOf(head)).map(stemOf));

/** Words that a dictionary of English or a course in programming explains, one a line. */
const plain = read("test/docs/plain-words.txt").trim().split("\n");

interface Exported {
  readonly name: string;
  readonly path: string;
}

const exported = ["grammar", "passes", "runtime", "src"].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path): Exported[] =>
      [
        ...read(join(room, path)).matchAll(/^export (?:abstract |declare )*(?:class|interface|type) (\w+)/gm),
      ].map(([, name]) => ({ name: name!, path: join(room, path) })),
    ),
);

test("every word of an exported name is in the glossary, or is plain", (t) => {
  t.true(exported.length > 500, `${exported.length} names`);
  const known = new Set([...explained, ...plain.map(stemOf)]);
  const missing = exported.flatMap(({ name, path }) =>
    wordsOf(name)
      .filter((word) => !known.has(stemOf(word)))
      .map((word) => `${word} (${name} in ${path})`),
  );
  t.deepEqual(missing, [], "explain it in docs/glossary.md, or add it to test/docs/plain-words.txt");
});

test("what is plain is used, stands once, and is not explained as well", (t) => {
  const used = new Set(exported.flatMap(({ name }) => wordsOf(name)).map(stemOf));
  t.deepEqual(
    plain.filter((word) => !used.has(stemOf(word)) || explained.has(stemOf(word))),
    [],
  );
  t.deepEqual(plain, [...new Set(plain)].sort());
});

test("the glossary explains each word once, in order", (t) => {
  const names = heads.map((head) =>
    head
      .replace(/[*]|\(.*\)| —/g, "")
      .trim()
      .toLowerCase(),
  );
  t.deepEqual(
    names,
    [...new Set(names)].sort((a, b) => a.localeCompare(b, "en")),
  );
});

test("what the glossary explains is a word of the code", (t) => {
  const used = new Set<string>();
  for (const room of ["grammar", "passes", "runtime", "src"])
    for (const path of readdirSync(join(root, room), { recursive: true, encoding: "utf8" }))
      if (path.endsWith(".ts"))
        for (const [name] of read(join(room, path)).matchAll(/[A-Za-z]+/g))
          for (const word of wordsOf(name)) used.add(stemOf(word));
  const stale = heads.filter(
    (head) => !wordsOf(head.replace(/\(.*\)/, "")).some((word) => used.has(stemOf(word))),
  );
  t.deepEqual(stale, []);
});
