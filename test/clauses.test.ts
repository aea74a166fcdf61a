/** Whatever speaks of clauses speaks of all in the table; random programs do so in `program/random.test.ts`. */
import { readFileSync } from "node:fs";
import test from "ava";
import type { CompletionList, Hover } from "vscode-languageserver-protocol";
import { Document } from "../grammar/document.ts";
import { format } from "../grammar/printer.ts";
import { capabilityNames } from "../src/core/capabilities.ts";
import { clauseWords } from "../src/core/clause-words.ts";
import { clauseOf, clauses, ownKeywords } from "../src/core/clauses.ts";
import { Terms } from "../src/core/term.ts";
import { openProgram } from "../src/library.ts";
import { everyClause, programWith, samples } from "./clauses.ts";
import { highlight } from "./editors/highlight.ts";
import { readGrammar } from "./grammar/ebnf.ts";
import { Client } from "./lsp/client.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** All that a production quotes, with the productions that it names resolved once. */
const quotedIn = (production: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const grammar = readGrammar();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === "object" && part !== null) {
      const { name, quoted } = part as { name?: string; quoted?: boolean };
      if (name !== undefined && quoted === true) found.add(name);
      Object.values(part).forEach(visit);
    }
  };
  visit(grammar.get(production));
  return found;
};

const namesIn = (production: string): readonly string[] => {
  const rule = new RegExp(`^${production} *= ([^;]*);`, "m").exec(read("grammar/architect.ebnf"));
  return rule![1]!.match(/\w+/g)!;
};

test("the grammar has a production for each, with all its words", (t) => {
  const productions = [...namesIn("clause"), ...namesIn("changes").filter((name) => name === "rename")];
  t.is(productions.length, everyClause.length);
  const quoted = productions.map(quotedIn);
  for (const tag of everyClause) {
    const { word, follows, options } = clauseOf(tag);
    const own = quoted.find((words) => words.has(word));
    t.truthy(own, word);
    const choice = typeof follows === "string" ? [] : Object.keys(follows).flatMap((each) => each.split("-"));
    for (const each of [...choice, ...Object.keys(options)]) t.true(own!.has(each), `${word} … ${each}`);
  }
});

test("the grammar lists the words that are names elsewhere", (t) => {
  const [, list] = /only clauses and comprehensions use: ([^.]*)\./.exec(read("grammar/architect.ebnf"))!;
  t.deepEqual(list!.split(/\s+/).sort(), [...clauseWords, "for"].sort());
});

for (const tag of everyClause) {
  const { word } = clauseOf(tag);
  const { text, start } = programWith(tag);

  test(`\`${word}\` is read, means something, and is printed as it is written`, (t) => {
    const [last] = Array.from(Document.parse(text, new Terms()).declarations).slice(-1);
    const tags = new Set<string>();
    const visit = (term: {
      readonly node: { readonly _tag: string; readonly children: readonly unknown[] };
    }): void => {
      tags.add(term.node._tag);
      for (const child of term.node.children) visit(child as typeof term);
    };
    visit(last!.term!);
    t.true(tags.has(tag));
    t.deepEqual(openProgram({ file: "a.arch", text }).diagnostics, []);
    t.deepEqual(format(text), { _tag: "Formatted", text });
    t.deepEqual(format(text.replace(samples[tag], `${samples[tag].replaceAll(" ", "   ")}  `)), {
      _tag: "Formatted",
      text,
    });
  });

  test(`\`${word}\` is coloured as a clause by VS Code's grammar`, async (t) => {
    const piece = (await highlight(text)).find((each) => each.start === start);
    t.is(piece?.text, word);
    t.is(piece?.scopes.at(-1), "keyword.other.clause");
  });
}

test("wherever VS Code's grammar lists clauses, it lists all", (t) => {
  const lists = read("editors/vscode/syntaxes/architect.tmLanguage.json").match(/\(\?:provides\|[^)]*\)/g)!;
  t.true(lists.length > 0);
  for (const list of lists) for (const word of ownKeywords) t.regex(list, new RegExp(`\\b${word}\\b`));
});

test("Vim's syntax has each word", (t) => {
  const lines = read("editors/vim/syntax/architect.vim")
    .split("\n")
    .filter((line) => line.startsWith("syntax match architectClause"))
    .join("\n");
  for (const word of clauseWords) t.regex(lines, new RegExp(`(\\b|[<(|])${word}\\b`), word);
});

test("the reference has a row for each", (t) => {
  const [, table] = /\| clause \| without it \|\n\|---\|---\|\n([\s\S]*?)\n\n/.exec(
    read("docs/language.md"),
  )!;
  const words = table!.split("\n").map((row) => /^\| \[`([\w-]+)/.exec(row)?.[1]);
  t.deepEqual(words, [...ownKeywords]);
  t.regex(read("docs/language.md"), /In it `name "…"` gives it another name/);
});

test("completion offers each, and hover tells what it means", async (t) => {
  const client = await Client.start(t, {});
  const document = await client.open("a.arch", "automaton b {}\nlet a = b with {\n  \n}\n");
  const offered = await client.connection.sendRequest<CompletionList>("textDocument/completion", {
    textDocument: document.id,
    position: { line: 2, character: 2 },
  });
  for (const tag of everyClause) {
    const { word, form } = clauseOf(tag);
    const item = offered.items.find(({ label }) => label === word);
    t.is(item?.detail, form);
    const { text } = programWith(tag);
    const of = await client.open(`${tag}.arch`, text);
    const line = text.split("\n").findIndex((each) => each.trim() === samples[tag]);
    const hover = await client.connection.sendRequest<Hover | null>("textDocument/hover", {
      textDocument: of.id,
      position: { line, character: 3 },
    });
    const { value } = hover!.contents as { value: string };
    t.true(value.includes(form) && value.includes(clauseOf(tag).doc), value);
  }
});

test("completion in `grants` offers capabilities, and no expression", async (t) => {
  const client = await Client.start(t, {});
  const lines = ["automaton a { grants [ ] }", "automaton b { grants [net_admin, ] }"];
  const document = await client.open("a.arch", `${lines.join("\n")}\n`);
  for (const [line, text] of lines.entries()) {
    const offered = await client.connection.sendRequest<CompletionList>("textDocument/completion", {
      textDocument: document.id,
      position: { line, character: text.indexOf(" ]") + 1 },
    });
    const labels = offered.items.map(({ label }) => label).sort();
    t.deepEqual(labels, [...capabilityNames].sort());
  }
});

test("each field of an automaton is given by one clause", (t) => {
  const fields = everyClause.flatMap((tag) => clauses[tag].fields as readonly string[]);
  t.is(new Set(fields).size, fields.length);
});
