/** Pages read and write the files of the program, and no others. */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test, { type ExecutionContext } from "ava";
import { left, right } from "fp-ts/lib/Either.js";
import { SourceTexts } from "../../src/inspector/source-text.ts";
import { Program } from "../../src/program/program.ts";
import { folder } from "../cli/binary.ts";

const scene = (t: ExecutionContext, hasErrors = false) => {
  const text = 'import "./part.arch" { part }\nsystem s = part\n';
  const cwd = folder(t, { "main.arch": text, "part.arch": "automaton part {}\n", "other.arch": "mine" });
  const [main, part] = [join(cwd, "main.arch"), join(cwd, "part.arch")];
  const program = new Program({
    file: main,
    text,
    resolveImport: () => ({ file: part, text: "automaton part {}\n" }),
  });
  program.start();
  const texts = new SourceTexts({
    program: async () => (hasErrors ? null : program),
    main: () => main,
    rewrite: (file, to) => {
      writeFileSync(file, to);
      return null;
    },
  });
  return { cwd, main, part, texts, text };
};

test("the files of the program are read", async (t) => {
  const { main, part, texts, text } = scene(t);
  t.deepEqual(await texts.read(null), right({ file: main, uri: pathToFileURL(main).href, text }));
  t.like(await texts.read(part), { right: { file: part, text: "automaton part {}\n" } });
});

test("no other file is read or written, however it is called", async (t) => {
  const { cwd, main, texts } = scene(t);
  symlinkSync("/etc/passwd", join(cwd, "link"));
  for (const file of [
    "/etc/passwd",
    join(cwd, "other.arch"),
    `${main}/../other.arch`,
    join(cwd, "link"),
    "",
  ]) {
    const read = await texts.read(file);
    t.is(read._tag, "Left", file);
    t.regex((await texts.save(file, "mine", "theirs"))!.message, /is no file of this program/);
  }
  t.is(readFileSync(join(cwd, "other.arch"), "utf8"), "mine");
});

test("only a text that the page has seen is written over", async (t) => {
  const { main, texts, text } = scene(t);
  t.is(await texts.save(main, text, "new\n"), null);
  t.is(readFileSync(main, "utf8"), "new\n");
  t.like(await texts.save(main, text, "newer\n"), { message: "the file was changed meanwhile" });
  t.is(readFileSync(main, "utf8"), "new\n");
});

test("with errors in the text it is read all the same, so that they can be mended", async (t) => {
  const { main, part, texts } = scene(t, true);
  t.like(await texts.read(null), { right: { file: main } });
  t.deepEqual(await texts.read(part), left({ message: `${part} is no file of this program` }));
});
