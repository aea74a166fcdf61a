import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "ava";
import { DiagnosticSeverity } from "vscode-languageserver-protocol";
import { Client } from "./client.ts";

const program = `protocol P = ?Int . !Int
automaton a { requires p: P }
automaton b { provides p: P on tcp 1 }
system s = a => b
`;

test("a program without mistakes has none", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", program);
  t.deepEqual(await document.codes(), []);
  t.is(client.initialized.serverInfo?.name, "architect");
  t.is(await client.stop(), 0);
});

test("mistakes come and go as one types", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", program);
  await document.replace("provides p: P", "provides p: Q");
  t.deepEqual(await document.codes(), ["unknown-name@3"]);
  await document.replace("provides p: Q", "provides p: ");
  t.deepEqual(await document.codes(), ["syntax@3"]);
  await document.replace("provides p: ", "provides p: P");
  t.deepEqual(await document.codes(), []);
  await document.replace("=> b", "");
  t.deepEqual(await document.codes(), ["unsatisfied-requirement@4"]);
});

test("a program that is not there is a warning, until it is", async (t) => {
  const client = await Client.start(t, {}, { PATH: dirname(process.execPath) });
  const text = 'automaton a { runs exec ["./serve"] }\nautomaton b { runs exec ["no-such-program"] }\n';
  const document = await client.open("main.arch", text);
  t.deepEqual(await document.codes(), ["missing-program@1", "missing-program@2"]);
  t.deepEqual(
    (await document.problems()).map(({ severity }) => severity),
    [DiagnosticSeverity.Warning, DiagnosticSeverity.Warning],
  );
  writeFileSync(join(client.folder, "serve"), "#!/bin/sh\n", { mode: 0o755 });
  const other = await client.open("other.arch", "let a = 1\n");
  t.deepEqual(await other.codes(), []);
  t.deepEqual(await document.codes(), ["missing-program@2"]);
});

test("a line that ends with a carriage return alone ends for the editor and for the compiler", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", "let a = 1\rlet b = nope\r\nlet c = nope\n");
  t.deepEqual(await document.codes(), ["unknown-name@2", "unknown-name@3"]);
  const range = { start: { line: 1, character: 8 }, end: { line: 1, character: 12 } };
  await document.edit(range, "2");
  t.deepEqual(await document.codes(), ["unknown-name@3"]);
  t.deepEqual((await document.problems())[0]!.range, {
    start: { line: 2, character: 8 },
    end: { line: 2, character: 12 },
  });
});
