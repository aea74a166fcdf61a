import test from "ava";
import {
  type CodeAction,
  CompletionItemKind,
  type CompletionList,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type InlayHint,
  type Location,
  type SignatureHelp,
  type TextEdit,
  type WorkspaceEdit,
  type WorkspaceSymbol,
} from "vscode-languageserver-protocol";
import { Client, type Document } from "./client.ts";

const lib = `protocol Store = &{ get: ?String . !Bytes }
automaton store { provides kv: Store on tcp 6379  instances 2 }
`;

const main = `import "./lib.arch" as lib
import "./lib.arch" { store }
-- How many there are.
let n = 1 + 2
let service(label, count = 1) = automaton "\${label}" {
  requires kv: lib.Store
  instances count
}
let cart = service("cart", n)
automaton front {
  requires kv: lib.Store
  instances clamp(self.connections, 1, 8)
}
system shop = [front => store, cart => store]
`;

const ask = async <T>(
  client: Client,
  method: string,
  document: Document,
  at: string,
  more: object = {},
): Promise<T> =>
  (await client.connection.sendRequest(method, {
    textDocument: document.id,
    position: document.at(at),
    ...more,
  })) as T;

const about = async <T>(client: Client, method: string, document: Document, more: object = {}): Promise<T> =>
  (await client.connection.sendRequest(method, { textDocument: document.id, ...more })) as T;

const start = async (
  t: Parameters<typeof Client.start>[0],
): Promise<{ client: Client; document: Document }> => {
  const client = await Client.start(t, { "lib.arch": lib });
  return { client, document: await client.open("main.arch", main) };
};

const textOf = (hover: Hover | null): string =>
  (hover?.contents as { value: string } | undefined)?.value ?? "";

test("hover tells values, kinds, comments and instances", async (t) => {
  const { client, document } = await start(t);
  t.deepEqual(await document.codes(), []);
  const hover = async (at: string): Promise<string> =>
    textOf(await ask(client, "textDocument/hover", document, at));
  t.regex(await hover("let |n"), /n = 3[\s\S]*a number[\s\S]*How many there are\./);
  t.regex(await hover('cart = service("cart", |n'), /n = 3/);
  t.regex(await hover("let |cart"), /automaton cart[\s\S]*3 instances/);
  t.regex(await hover("automaton |front"), /1 at rest/);
  t.regex(await hover("self.|conn"), /connections that are established/);
  t.regex(await hover("|clamp"), /clamp\(number, low, high\)/);
  t.regex(await hover("requires |kv: lib.Store\n  instances clamp"), /a required port/);
  t.regex(await hover("lib.|Store"), /protocol Store = &\{ get: \?String \. !Bytes \}/);
  t.regex(await hover("1 |+ 2"), /3/);
  t.is(await hover("-- How| many"), "");
});

test("definitions and references are found over imports", async (t) => {
  const { client, document } = await start(t);
  const found = await ask<Location>(client, "textDocument/definition", document, "lib.|Store");
  t.is(found.uri, client.uri("lib.arch"));
  t.deepEqual(found.range.start, { line: 0, character: 9 });
  const local = await ask<Location>(client, "textDocument/definition", document, "instances |count");
  t.is(document.in(local.range), "count");
  t.is(local.range.start.line, 4);
  const references = await ask<Location[]>(client, "textDocument/references", document, "front => |store", {
    context: { includeDeclaration: true },
  });
  t.deepEqual(references.map(({ uri, range }) => `${uri.split("/").at(-1)}:${range.start.line + 1}`).sort(), [
    "lib.arch:2",
    "main.arch:14",
    "main.arch:14",
    "main.arch:2",
  ]);
});

test("rename changes every file, and is refused where it would change a meaning", async (t) => {
  const { client, document } = await start(t);
  const { changes } = await ask<WorkspaceEdit>(client, "textDocument/rename", document, "front => |store", {
    newName: "keeper",
  });
  t.is(changes?.[client.uri("lib.arch")]?.length, 1);
  t.is(changes?.[document.uri]?.length, 3);
  await t.throwsAsync(ask(client, "textDocument/rename", document, "let |n", { newName: "cart" }), {
    message: /declared already/,
  });
  await t.throwsAsync(ask(client, "textDocument/rename", document, "|clamp", { newName: "x" }), {
    message: /built in/,
  });
});

test("a port whose name is a string is found and renamed where it is picked; one that is computed keeps its name", async (t) => {
  const { client } = await start(t);
  const text = `protocol P = ?Int
automaton a {
  provides "web": P on tcp 80
  provides "api_\${i}": P on tcp 81 for i in [1]
}
automaton b { requires p?: P }
automaton c { requires web: P }
system s = [b.p => a["web"], c("web" = a.api_1), publish(a.web, 80), publish(a.api_1, 81)]
`;
  const document = await client.open("ports.arch", text);
  const { changes } = await ask<WorkspaceEdit>(client, "textDocument/rename", document, 'a["|web"]', {
    newName: "site",
  });
  const edits = changes?.[document.uri] ?? [];
  const required = await ask<WorkspaceEdit>(client, "textDocument/rename", document, 'c("|web"', {
    newName: "site",
  });
  t.deepEqual(
    required.changes?.[document.uri]?.map(({ range: { start } }) => start.line),
    [6, 7],
  );
  t.is(
    [...edits]
      .sort(
        (one, other) =>
          other.range.start.line - one.range.start.line ||
          other.range.start.character - one.range.start.character,
      )
      .reduce((before, { range, newText }) => {
        const lines = before.split("\n");
        const line = lines[range.start.line]!;
        lines[range.start.line] =
          line.slice(0, range.start.character) + newText + line.slice(range.end.character);
        return lines.join("\n");
      }, text),
    text.replace('"web"', '"site"').replace('a["web"]', 'a["site"]').replace("a.web", "a.site"),
  );
  await t.throwsAsync(ask(client, "textDocument/rename", document, "a.|api_1", { newName: "x" }), {
    message: /is computed/,
  });
  const symbols = await about<DocumentSymbol[]>(client, "textDocument/documentSymbol", document);
  t.deepEqual(
    symbols.find(({ name }) => name === "a")?.children?.map(({ name }) => name),
    ['"web"', '"api_${i}"'],
  );
});

const labels = async (client: Client, document: Document, at: string): Promise<readonly string[]> =>
  (await ask<CompletionList>(client, "textDocument/completion", document, at)).items.map(
    ({ label }) => label,
  );

test("completion offers what the place takes", async (t) => {
  const client = await Client.start(t);
  const document = await client.open(
    "main.arch",
    `protocol P = ?Int . !Int
protocol Q = ?Bool . !Int
automaton a { requires p: P }
automaton b { provides p: P on tcp 1 }
automaton c { provides q: Q on tcp 2 }
`,
  );
  const at = async (line: string): Promise<readonly string[]> => {
    await document.set(`${document.text.split("\n").slice(0, 5).join("\n")}\n${line.replace("|", "")}`);
    return labels(client, document, line);
  };
  t.deepEqual((await at("automaton x { requires p: |")).slice(0, 2), ["P", "Q"]);
  t.false((await at("automaton x { requires p: |")).includes("a"));
  t.deepEqual(await at("system s = a => |"), ["b"]);
  t.deepEqual(await at("system s = a(p = |"), ["b"]);
  t.deepEqual(await at("system s = a(|"), ["p"]);
  t.deepEqual(await at("system s = b.|"), ["p"]);
  t.deepEqual(await at("automaton x { provides p: P on |"), ["tcp", "udp"]);
  t.true((await at("automaton x { |")).includes("provides"));
  t.true((await at("automaton x { instances self.|")).includes("connections"));
  t.true((await at("protocol R = !|")).includes("Bytes"));
  t.true((await at("let x = cl|")).includes("clamp"));
  t.true((await at("pro|")).includes("protocol"));
  t.deepEqual(await at("-- pro|"), []);
});

test("words that something usually follows are offered with places to fill in", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", "");
  const snippets = async (line: string): Promise<readonly string[]> => {
    await document.set(line.replace("|", ""));
    const { items } = await ask<CompletionList>(client, "textDocument/completion", document, line);
    return items.filter(({ kind }) => kind === CompletionItemKind.Snippet).map(({ label }) => label.trim());
  };
  t.deepEqual((await snippets("automaton x { |")).toSorted(), ["env", "provides", "requires", "runs"]);
  t.deepEqual((await snippets("|")).toSorted(), ["automaton", "protocol", "system", "type"]);
});

test("signatures show the parameter that comes next", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", "let f(a, b = 2) = a\nlet x = f(1, \n");
  const help = await ask<SignatureHelp>(client, "textDocument/signatureHelp", document, "f(1, |");
  t.is(help.signatures[0]?.label, "f(a, b = …)");
  t.is(help.activeParameter, 1);
});

test("symbols of the document and of all programs", async (t) => {
  const { client, document } = await start(t);
  const symbols = await about<DocumentSymbol[]>(client, "textDocument/documentSymbol", document);
  t.deepEqual(
    symbols.map(({ name }) => name),
    ["lib", "store", "n", "service", "cart", "front", "shop"],
  );
  t.deepEqual(
    symbols[5]?.children?.map(({ name }) => name),
    ["kv"],
  );
  // Edits move them: by lines, and within a line.
  for (const more of ["-- more\n\n", "let zero = 0 ", ""]) {
    await document.edit(document.range(document.text.slice(0, 0)), more);
    const moved = await about<DocumentSymbol[]>(client, "textDocument/documentSymbol", document);
    const within = moved.flatMap((symbol) => [symbol, ...(symbol.children ?? [])]);
    t.deepEqual(
      within.map(({ selectionRange }) => document.in(selectionRange)),
      within.map(({ name }) => name),
    );
  }
  const all = (await client.connection.sendRequest("workspace/symbol", {
    query: "sto",
  })) as WorkspaceSymbol[];
  t.deepEqual(all.map(({ name }) => name).sort(), ["Store", "store"]);
});

test("formatting of all and of a range", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", "let   a=1\nlet   b=2\n");
  const options = { options: { tabSize: 2, insertSpaces: true } };
  const whole = await about<TextEdit[]>(client, "textDocument/formatting", document, options);
  t.is(whole.length, 1);
  const part = await about<TextEdit[]>(client, "textDocument/rangeFormatting", document, {
    ...options,
    range: document.range("let   b"),
  });
  t.deepEqual(
    part.map(({ range }) => range.start.line),
    [1],
  );
  await document.set("let a = (\n");
  t.is(await about(client, "textDocument/formatting", document, options), null);
});

test("folds, selections, tokens", async (t) => {
  const { client, document } = await start(t);
  const folds = await about<FoldingRange[]>(client, "textDocument/foldingRange", document);
  t.true(folds.some(({ startLine, endLine }) => startLine === 9 && endLine === 11));
  const { data, resultId } = await about<{ data: number[]; resultId: string }>(
    client,
    "textDocument/semanticTokens/full",
    document,
  );
  t.true(data.length > 50 && data.length % 5 === 0);
  await document.replace("1 + 2", "1 + 20");
  const delta = await about<{ edits: object[] }>(client, "textDocument/semanticTokens/full/delta", document, {
    previousResultId: resultId,
  });
  t.deepEqual(delta.edits, []);
});

test("inlay hints tell computed instances and inferred ports", async (t) => {
  const { client, document } = await start(t);
  const hints = await about<InlayHint[]>(client, "textDocument/inlayHint", document, {
    range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
  });
  t.deepEqual(hints.map(({ label, position }) => `${position.line + 1} ${String(label)}`).sort(), [
    "12 = 1 at rest",
    "14 kv",
    "14 kv",
    "9 × 3",
  ]);
});

test("a hint with an exact fix is applied by a code action", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", "let region = 1\nlet x = regoin\n");
  t.deepEqual(await document.codes(), ["unknown-name@2"]);
  const actions = await about<CodeAction[]>(client, "textDocument/codeAction", document, {
    range: document.range("regoin"),
    context: { diagnostics: [] },
  });
  const edit = actions[0]?.edit?.changes?.[document.uri]?.[0];
  t.is(edit?.newText, "region");
  await document.edit(edit!.range, edit!.newText);
  t.deepEqual(await document.codes(), []);
});

test("on an automaton edits of it are offered as refactorings, to who asks for them", async (t) => {
  const client = await Client.start(t);
  const text = `automaton a {
  instances 2
}
automaton b { instances 1 }
system s = [
  a, -- the first
  b,
]
`;
  const document = await client.open("main.arch", text);
  t.deepEqual(await document.codes(), []);
  const ask = (context: object): Promise<CodeAction[]> =>
    about(client, "textDocument/codeAction", document, { range: document.range("a {"), context });
  const actions = await ask({ diagnostics: [], only: ["refactor"] });
  const of = (title: string): CodeAction => actions.find((one) => one.title.startsWith(title))!;
  t.deepEqual(
    actions.map(({ title, kind }) => `${title.split(":")[0]} ${kind}`),
    ["scale a 3", "scale a 1", "copy a a2", "delete a"].map((goal) => `${goal} refactor.rewrite`),
  );
  const [edit] = of("scale a 3").edit!.changes![document.uri]!;
  await document.edit(edit!.range, edit!.newText);
  t.is(document.text, text.replace("instances 2", "instances 3"));
  t.deepEqual(await ask({ diagnostics: [], triggerKind: 2 }), []);
  t.true((await ask({ diagnostics: [], triggerKind: 1 })).some(({ title }) => title.startsWith("scale a 4")));
  t.deepEqual(await ask({ diagnostics: [], only: ["quickfix"] }), []);
});

test("where nothing runs there are no lenses", async (t) => {
  const { client, document } = await start(t);
  t.deepEqual(await about(client, "textDocument/codeLens", document), []);
});

test("a file that is edited changes what imports it, and one that is mended mends it", async (t) => {
  const { client, document } = await start(t);
  t.deepEqual(await document.codes(), []);
  const other = await client.open("lib.arch", lib);
  await other.set(lib.replace("automaton store", "automaton shop"));
  t.true((await document.codes()).includes("unknown-name@2"));
  await other.set(lib);
  t.deepEqual(await document.codes(), []);
});
