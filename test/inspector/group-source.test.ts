/** Groups are found out anew when the text changes, whichever of its files, and whenever it can be read. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { Clock } from "../../src/core/clock.ts";
import { GroupSource } from "../../src/inspector/group-source.ts";
import { noSnapshot, type Snapshot } from "../../src/inspector/snapshot.ts";
import { Program } from "../../src/program/program.ts";
import { folder } from "../cli/binary.ts";

const partOf = (list: string): string => `
automaton a {}
automaton b {}
automaton c {}
automaton d {}
let ${list} = [a, b]
let part = [${list}, c, d]
`;

const scene = (t: ExecutionContext) => {
  const cwd = folder(t, {
    "main.arch": 'import "./part.arch" { part }\nsystem s = part\n',
    "part.arch": partOf("one"),
  });
  const [main, part] = [join(cwd, "main.arch"), join(cwd, "part.arch")];
  let now = 0;
  let read = 0;
  let answer: "program" | "null" | "rejected" = "program";
  const program = async (): Promise<Program | null> => {
    read++;
    if (answer === "rejected") throw new Error("not now");
    if (answer === "null") return null;
    const made = new Program({
      file: main,
      text: readFileSync(main, "utf8"),
      resolveImport: () => ({ file: part, text: readFileSync(part, "utf8") }),
    });
    made.start();
    return made;
  };
  const head = { value: { file: main } as never, json: "" };
  const snapshot: Snapshot = { ...noSnapshot, head };
  let told: readonly string[] = [];
  const groups = new GroupSource({ snapshot }, program, { now: () => now } as Clock, (found) => {
    told = found.groups.map(({ label }) => label);
  });
  return {
    ...{ part, groups },
    answers: (with_: typeof answer) => {
      answer = with_;
    },
    wait: (ms: number) => {
      now += ms;
    },
    read: () => read,
    told: () => told,
  };
};

test("a file that the system imports counts as its own does", async (t) => {
  const { part, groups, told, read, wait } = scene(t);
  await groups.look();
  t.true(told().includes("one"), told().join());
  await groups.look();
  t.is(read(), 1, "nothing has changed");
  writeFileSync(part, partOf("another"));
  await groups.look();
  t.true(told().includes("another"), told().join());
  t.is(read(), 2);
  wait(60_000);
  await groups.look();
  t.is(read(), 3, "once more, for the program may have been read before it was");
  wait(60_000);
  await groups.look();
  t.is(read(), 3);
});

for (const failure of ["null", "rejected"] as const)
  test(`a text that could not be read is read again (${failure})`, async (t) => {
    const { groups, told, answers, wait } = scene(t);
    answers(failure);
    await groups.look().catch(() => undefined);
    t.deepEqual(told(), []);
    answers("program");
    wait(60_000);
    await groups.look();
    t.true(told().includes("one"), told().join());
  });
