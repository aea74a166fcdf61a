import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import { Document } from "../../grammar/document.ts";
import { parseExpression } from "../../grammar/expression.ts";
import { Terms } from "../../src/core/term.ts";

const folder = new URL("../../../test/conformance/", import.meta.url);

const syntaxErrors = (text: string): string[] => {
  const document = Document.parse(text, new Terms());
  const found: string[] = [];
  let index = 0;
  for (const declaration of document.declarations) {
    const offset = document.offsetOf(index++);
    for (const error of declaration.errors) {
      found.push(`${error.code}@${document.position(offset + error.start).line}`);
    }
  }
  return found;
};

test("each conformance program has the syntax errors that it states, and no others", (t) => {
  const programs = readdirSync(new URL("programs/", folder));
  for (const name of programs) {
    const text = readFileSync(new URL(`programs/${name}`, folder), "utf8");
    const stated = text.slice(0, text.indexOf("\n")).match(/syntax@\d+/g) ?? [];
    t.deepEqual(syntaxErrors(text), stated, name);
  }
  t.true(programs.length > 10);
});

test("each conformance session and value parses", (t) => {
  const sessions: { provided: string; required: string }[] = JSON.parse(
    readFileSync(new URL("sessions.json", folder), "utf8"),
  );
  for (const { provided, required } of sessions) {
    t.deepEqual(syntaxErrors(`protocol P = ${provided}\nprotocol R = ${required}`), []);
  }
  const values: { expression: string }[] = JSON.parse(readFileSync(new URL("values.json", folder), "utf8"));
  for (const { expression } of values)
    t.deepEqual(parseExpression(expression, new Terms()).errors, [], expression);
});
