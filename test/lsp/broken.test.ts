/** Whatever is typed, the server goes on, and says what a check of the whole text would say. */
import test from "ava";
import fc from "fast-check";
import { openProgram } from "../../src/library.ts";
import { atPlaces, Client } from "./client.ts";

const base = `protocol P = mu t. &{ get: ?Int . !Int . t, quit: end }
let n = [i * 2 for i in range(1, 3)]
automaton a { requires p: P  env { X = "\${n[0]}" } }
automaton b { provides p: P on tcp 80  instances max(1, self.connections) }
system s = [a => b, publish(b.p, 8080)]
`;

const junk = fc.constantFrom(
  "",
  "{",
  "}",
  "(",
  '"',
  '"""',
  "{-",
  "=>",
  " ",
  "\n",
  ".",
  "let ",
  "x",
  "automaton ",
  "é",
  "1",
  ":",
  "${",
);

const requests = [
  ...atPlaces,
  "documentSymbol",
  "foldingRange",
  "semanticTokens/full",
  "codeLens",
  "documentLink",
] as const;

test("random edits never end it, and its diagnostics are those of a program opened anew", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", base);
  const edits = fc.sample(fc.tuple(fc.nat(), fc.nat(12), junk), {
    numRuns: Number(process.env.FUZZ_RUNS ?? 120),
    seed: 7,
  });
  const file = new URL(document.uri).pathname;
  for (const [i, [at, length, text]] of edits.entries()) {
    const start = at % (document.text.length + 1);
    const range = {
      start: document.position(start),
      end: document.position(Math.min(document.text.length, start + length)),
    };
    await document.edit(range, text);
    const position = document.position(at % (document.text.length + 1));
    const request = requests[i % requests.length]!;
    await client.connection.sendRequest(`textDocument/${request}`, {
      textDocument: document.id,
      position,
      context: { includeDeclaration: true },
    });
    const told = (await document.problems()).map(
      ({ code, range: { start: place } }) => `${code} ${place.line + 1}:${place.character + 1}`,
    );
    const { diagnostics } = openProgram({ file, text: document.text });
    const wanted = diagnostics.map(
      ({ code, range: { start: place } }) => `${code} ${place.line}:${place.column}`,
    );
    t.deepEqual([...told].sort(), [...wanted].sort(), JSON.stringify(document.text));
    if (i % 20 === 19) await document.set(base);
  }
  t.is(client.child.exitCode, null);
  t.deepEqual(client.log, []);
});
