import test from "ava";
import { isRight, right } from "fp-ts/lib/Either.js";
import { parse } from "../../src/cli/arguments.ts";
import type { Command, Words } from "../../src/cli/command.ts";

const command: Command = {
  name: "exec",
  summary: "",
  arguments: [
    { name: "PLACE[.INDEX]", required: true, summary: "Where" },
    { name: "FILE", required: false, summary: "What", many: true },
  ],
  rest: { name: "CMD", required: true, many: true, summary: "A command" },
  options: [
    { name: "json", summary: "" },
    { name: "tail", short: "n", value: "N", summary: "" },
    { name: "input", short: "i", value: "NAME=VALUE", many: true, summary: "" },
  ],
  examples: [],
  load: () => Promise.reject(new Error("parsing loads nothing")),
};

const words = (...args: readonly string[]): Words | string => {
  const call = parse(command, args);
  if (!isRight(call))
    return call.left.hint === null ? call.left.message : `${call.left.message}; ${call.left.hint}`;
  return call.right === "help" ? "help" : call.right.words;
};

test("words go to their places, options anywhere before --", (t) => {
  t.deepEqual(words("a.0", "x", "--json", "y", "-n", "3", "--", "ls", "-l", "--json"), {
    place: "a.0",
    file: ["x", "y"],
    json: true,
    tail: "3",
    cmd: ["ls", "-l", "--json"],
  });
});

test("what may be given more than once is a list", (t) => {
  t.deepEqual(words("a", "-i", "x=1", "--input=y=2", "--", "ls"), {
    place: "a",
    input: ["x=1", "y=2"],
    cmd: ["ls"],
  });
});

test("a value may begin with a dash, unless it is an option", (t) => {
  t.deepEqual(words("a", "-n", "-7 / 2", "--", "ls"), { place: "a", tail: "-7 / 2", cmd: ["ls"] });
  t.deepEqual(words("a", "--tail=--json", "--", "ls"), { place: "a", tail: "--json", cmd: ["ls"] });
  for (const word of ["--json", "--json=1", "-i", "--input=x=1", "--", "-h"])
    t.not((words("a", "-n", word, "--", "ls") as { tail?: string }).tail, word);
});

test("what is wrong is said, with what was meant", (t) => {
  t.is(words("a", "--jsno", "--", "ls"), "unknown option --jsno; did you mean --json?");
  t.is(words("a", "--zzzzzz", "--", "ls"), "unknown option --zzzzzz");
  t.is(words("a", "--json=1", "--", "ls"), "--json takes no value");
  t.is(words("a", "--tail"), "--tail needs a value: --tail N");
  t.is(words("a", "--tail", "--json"), "--tail needs a value: --tail N");
  t.is(words("a", "-n", "1", "--tail=2", "--", "ls"), "--tail is given twice");
  t.is(words(), "PLACE[.INDEX] is missing: where");
  t.is(words("a"), "CMD is missing behind --");
});

test("a place too many", (t) => {
  const { arguments: places, rest: _, ...without } = command;
  const narrow = { ...without, arguments: [places[0]!] };
  const call = parse(narrow, ["a", "b"]);
  t.like(call, { left: { message: 'there is no place for "b"', hint: null } });
  t.like(parse({ ...narrow, rest: command.rest! }, ["a", "ls"]), {
    left: { hint: "write the command behind --" },
  });
});

test("help is help, whatever stands around it, but not behind --", (t) => {
  for (const args of [["--help"], ["-h"], ["a", "--zzzz", "-h"], ["--tail", "--help"]])
    t.deepEqual(parse(command, args), right("help"));
  t.deepEqual(words("a", "--", "ls", "--help"), { place: "a", cmd: ["ls", "--help"] });
});
