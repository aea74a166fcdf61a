/** A running system from outside: its lock, its inputs, its files, its socket. In memory, so it runs anywhere. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { resolvedCell } from "../../src/core/cell-key.ts";
import { ControlClient } from "../../src/live/control/client.ts";
import type { LiveEvent } from "../../src/live/control/messages.ts";
import type { Live } from "../../src/live/system/live.ts";
import { openLive } from "../../src/live/system/open.ts";
import { joinPath } from "../../src/program/imports.ts";
import { Program } from "../../src/program/program.ts";
import { until as untilWithin } from "../until.ts";

const main = `import "./lib.arch" { P }
let region = input("region", "local")
let n = input("n", 1)
automaton a { provides p: P on tcp 9000 runs exec ["true"] env { REGION = region } instances n }
automaton b { requires p: P }
system s = [b => a]
`;
const lib = "protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }\n";

interface Place {
  readonly directory: string;
  readonly events: LiveEvent[];
  readonly live: Live;
  write(name: string, text: string): void;
  open(): ReturnType<typeof openLive>;
}

const place = async (
  t: ExecutionContext,
  texts: Readonly<Record<string, string>> = { "main.arch": main, "lib.arch": lib },
): Promise<Place> => {
  const directory = mkdtempSync(`${tmpdir()}/architect-live-`);
  const write = (name: string, text: string): void => writeFileSync(`${directory}/${name}`, text);
  for (const [name, text] of Object.entries(texts)) write(name, text);
  const events: LiveEvent[] = [];
  const open = () => {
    const program = new Program({
      file: `${directory}/main.arch`,
      text: readFileSync(`${directory}/main.arch`, "utf8"),
      keepSystem: true,
      resolveImport: (path, from) => {
        try {
          const file = joinPath(path, from);
          return { file, text: readFileSync(file, "utf8") };
        } catch {
          return null;
        }
      },
    });
    t.deepEqual(program.start().diagnostics, []);
    return openLive({
      program,
      base: "memory",
      stateRoot: `${directory}/state`,
      onEvent: (event) => events.push(event),
    });
  };
  const opened = await open();
  if (isLeft(opened)) throw new Error(opened.left.message);
  const live = opened.right;
  t.teardown(async () => {
    await live.stop();
    rmSync(directory, { recursive: true });
  });
  await live.start();
  await live.settled();
  return { directory, events, live, write, open };
};

const until = (what: string, condition: () => boolean): Promise<void> => untilWithin(what, condition, 3_000);

const instances = ({ live }: Place, name: string): number | undefined =>
  live.status().automata.find((one) => one.name === name)?.instances.length;

test("of two orchestrators the second says so", async (t) => {
  const { open, live } = await place(t);
  const second = await open();
  t.true(isLeft(second));
  if (isLeft(second))
    t.is(second.left.message, `another orchestrator (process ${process.pid}) keeps s already`);
  t.is(live.status().state, "converged");
});

test("an input is set by its text; a wrong type or an unknown name changes nothing", async (t) => {
  const it = await place(t);
  const set = it.live.set("n", "3");
  t.true(isRight(set));
  if (isRight(set)) await set.right.done;
  t.is(instances(it, "a"), 3);
  const wrong = it.live.set("n", '"many"');
  t.is(isLeft(wrong) && wrong.left[0]?.code, "type-mismatch");
  const negative = it.live.set("n", "0 - 1");
  t.is(isLeft(negative) && negative.left[0]?.code, "type-mismatch");
  const unknown = it.live.set("m", "3");
  t.is(isLeft(unknown) && unknown.left[0]?.code, "unknown-name");
  t.is(instances(it, "a"), 3);
});

test("an orchestrator that has nothing to leave leaves no file", async (t) => {
  const it = await place(t);
  await it.live.stop();
  t.false(existsSync(`${it.directory}/state`));
});

test("inputs that were set outlive the orchestrator, but not the system", async (t) => {
  const it = await place(t);
  it.live.set("region", "eu");
  await it.live.stop();
  const next = await it.open();
  if (isLeft(next)) throw new Error(next.left.message);
  await next.right.start();
  const env = (live: Live): string | undefined => {
    const process = live.orchestrator.state.sides.desired.get("process/a/0" as never);
    return process?.kind === "process" ? process.env.REGION : undefined;
  };
  t.is(env(next.right), "eu");
  t.deepEqual(await next.right.remove(), []);
  await next.right.closed;
  const third = await it.open();
  if (isLeft(third)) throw new Error(third.left.message);
  await third.right.start();
  t.is(env(third.right), "local");
  await third.right.remove();
  await third.right.closed;
});

test("a save is applied, one with errors changes nothing, the next good one goes on", async (t) => {
  const it = await place(t);
  it.live.watch();
  it.write("main.arch", main.replace("[b => a]", "[b => a, c]"));
  await until("the error is told", () => it.events.some(({ event }) => event === "rejected"));
  t.regex(it.events.find(({ event }) => event === "rejected")?.text ?? "", /has errors and changes nothing/);
  t.is(instances(it, "c"), undefined);
  it.write("main.arch", `${main.replace("[b => a]", "[b => a, c]")}automaton c {}\n`);
  await until("c is there", () => instances(it, "c") === 1);
  const line = it.events.findLast(({ event }) => event === "applied");
  t.regex(line?.text ?? "", /main\.arch: \d+ operations? \(\+\d+.*\) in [\d.]+ ms$/);
});

test("a text without the system changes nothing, an empty file neither", async (t) => {
  const it = await place(t);
  for (const text of ["", main.replace("system s", "system other")]) {
    const { diagnostics } = it.live.update(new Map([[it.live.program.file, text]]));
    t.is(diagnostics[0]?.code, "no-system");
    t.is(instances(it, "a"), 1);
  }
});

test("what is imported is followed too, and a change of several files is one", async (t) => {
  const it = await place(t);
  it.live.watch();
  it.events.length = 0;
  // Each alone would be an error.
  it.write("lib.arch", lib.replace("protocol P", "protocol Q"));
  it.write("main.arch", main.replaceAll(/\bP\b/g, "Q").replace("instances n", "instances 2"));
  await until("both are applied", () => instances(it, "a") === 2);
  it.write("lib.arch", lib.replace("protocol P", "protocol R"));
  await until("the error is told", () => it.events.some(({ event }) => event === "rejected"));
  // What was rejected is tried again together with what makes it good.
  it.write("main.arch", main.replaceAll(/\bP\b/g, "R").replace("instances n", "instances 3"));
  await until("both are applied", () => instances(it, "a") === 3);
  await it.live.settled();
  t.is(it.live.status().state, "converged");
});

test("what was refused for an error in a file that it imports is tried again when that is mended", async (t) => {
  const it = await place(t);
  it.live.watch();
  it.write("more.arch", "let m = nope\n");
  it.write("main.arch", `import "./more.arch" { m }\n${main.replace("instances n", "instances m")}`);
  await until("the error is told", () => it.events.some(({ event }) => event === "rejected"));
  it.write("more.arch", "let m = 2\n");
  await until("it is applied", () => instances(it, "a") === 2);
});

test("over the socket: status, plan, apply, explain, set, and the end", async (t) => {
  const it = await place(t);
  const client = await ControlClient.open(`${it.directory}/state/s`);
  if (client === null) throw new Error("nobody answers");
  const status = await client.ask("status", {});
  t.is(isRight(status) && status.right.system, "s");
  const program = {
    file: `${it.directory}/main.arch`,
    text: main.replace("instances n", "instances 2"),
    inputs: [],
  };
  const planned = await client.ask("plan", { program });
  t.deepEqual(isRight(planned) && planned.right.operations.map(({ op, key }) => `${op} ${key}`), [
    "create instance/a/1",
    "update service/a.p",
    "create process/a/1",
  ]);
  t.is(instances(it, "a"), 1);
  const nothing = await client.ask("plan", { program: { ...program, text: main } });
  t.deepEqual(isRight(nothing) && nothing.right.operations, []);
  const applied = await client.ask("apply", { program });
  t.true(isRight(applied));
  t.is(instances(it, "a"), 2);
  const other = await client.ask("apply", { program: { ...program, file: "/elsewhere.arch" } });
  t.regex(isLeft(other) ? other.left.message : "", /s runs from .*main\.arch, not from/);
  const explained = await client.ask("explain", { name: "a" });
  t.is(isRight(explained) && explained.right.automaton, "a");
  t.true(isLeft(await client.ask("set", { name: "n", text: "some" })));
  const down = await client.ask("down", {});
  t.deepEqual(isRight(down) && down.right.failures, []);
  await it.live.removed;
  await client.closed;
});

const reading = main.replace("REGION = region", 'REGION = read("./region.txt")');

const regionOf = ({ live }: Place): string | undefined => {
  const process = live.orchestrator.state.sides.desired.get("process/a/0" as never);
  return process?.kind === "process" ? process.env.REGION : undefined;
};

test("a file that is read is followed; one that is taken away changes nothing until it is back", async (t) => {
  const it = await place(t, { "main.arch": reading, "lib.arch": lib, "region.txt": "eu" });
  it.live.watch();
  it.write("region.txt", "us");
  await until("the text is read", () => regionOf(it) === "us");
  t.regex(
    it.events.findLast(({ event }) => event === "applied")?.text ?? "",
    /region\.txt: \d+ operations? \(/,
  );
  rmSync(`${it.directory}/region.txt`);
  it.write("main.arch", reading.replace("instances n", "instances 2"));
  await until("the program is read", () => instances(it, "a") === 2);
  t.is(regionOf(it), "us");
  it.write("region.txt", "asia");
  await until("the text is read again", () => regionOf(it) === "asia");
});

test("a file that is read with bytes that are no text changes nothing, and is tried again when it is mended", async (t) => {
  const it = await place(t, { "main.arch": reading, "lib.arch": lib, "region.txt": "eu" });
  it.live.watch();
  writeFileSync(`${it.directory}/region.txt`, Buffer.from([0x65, 0xff]));
  await until("the error is told", () => it.events.some(({ event }) => event === "rejected"));
  t.regex(it.live.status().rejected?.message ?? "", /no text in UTF-8: it has the byte 0xff/);
  t.is(regionOf(it), "eu");
  it.write("region.txt", "us");
  await until("the text is read", () => regionOf(it) === "us");
  t.is(it.live.status().rejected, null);
});

test("a file that is read and vanishes is told once, in events and in the status, and so is that it is back", async (t) => {
  const it = await place(t, { "main.arch": reading, "lib.arch": lib, "region.txt": "eu" });
  it.live.watch();
  const said = (event: string): readonly string[] =>
    it.events.flatMap((one) => (one.event === event ? [one.text] : []));
  const region = `${it.directory}/region.txt`;
  const missing = `${region} is not there any more: what runs goes on with what it held`;
  rmSync(region);
  await until("it is told", () => said("warning").length > 0);
  t.deepEqual(it.live.status().warnings, [missing]);
  rmSync(`${it.directory}/lib.arch`);
  await until("the source is told", () => said("warning").length > 1);
  t.deepEqual(said("warning"), [missing, missing.replace("region.txt", "lib.arch")]);
  t.is(regionOf(it), "eu");
  it.write("region.txt", "eu");
  it.write("lib.arch", lib);
  await until("both are back", () => said("resolved").length === 2);
  t.deepEqual(said("resolved").toSorted(), [
    `${it.directory}/lib.arch is there again`,
    `${region} is there again`,
  ]);
  t.deepEqual(it.live.status().warnings, []);
  t.is(said("warning").length, 2);
});

test("a save that is taken back is told to be well again, although nothing follows from it", async (t) => {
  const it = await place(t);
  it.live.watch();
  const accepted = (): readonly string[] =>
    it.events.flatMap(({ event, text }) => (event === "accepted" ? [text] : []));
  it.write("main.arch", main.replace("instances n", "instances nope"));
  await until("the error is told", () => it.live.status().rejected !== null);
  t.deepEqual(accepted(), []);
  it.write("main.arch", main);
  await until("it is well", () => it.live.status().rejected === null);
  const name = `${it.directory}/main.arch`;
  t.deepEqual(accepted(), [`${name} has no errors any more, and is what runs`]);
  it.write("main.arch", main.replace("instances n", "instances nope"));
  await until("the error is told again", () => it.live.status().rejected !== null);
  it.write("main.arch", main.replace("instances n", "instances 2"));
  await until("it is applied", () => instances(it, "a") === 2);
  t.deepEqual(accepted().slice(1), [`${name} has no errors any more, and is what runs`]);
});

test("what was refused is applied when an input is set with which it is right, and told of once", async (t) => {
  const it = await place(t);
  it.live.watch();
  const rejections = (): number => it.events.filter(({ event }) => event === "rejected").length;
  it.write("main.arch", main.replace("instances n", "instances n - 2"));
  await until("the error is told", () => rejections() > 0);
  t.true(isRight(it.live.set("region", "eu")));
  await until("the region is set", () => regionOf(it) === "eu");
  t.not(it.live.status().rejected, null);
  t.true(isRight(it.live.set("n", "3")));
  await until("it is applied", () => it.live.status().rejected === null);
  t.is(rejections(), 1);
  t.regex(
    it.events.find(({ event }) => event === "accepted")?.text ?? "",
    /main\.arch has no errors any more, and is what runs$/,
  );
});

test("a text that reads a file that is not there yet is tried again when it comes", async (t) => {
  const it = await place(t);
  it.live.watch();
  mkdirSync(`${it.directory}/conf`);
  it.write("main.arch", reading.replace("./region.txt", "./conf/region.txt"));
  await until("the error is told", () => it.events.some(({ event }) => event === "rejected"));
  t.is(regionOf(it), "local");
  it.write("conf/region.txt", "eu");
  await until("the text is read", () => regionOf(it) === "eu");
});

test("a link to a file that is read is followed to wherever it leads", async (t) => {
  const it = await place(t, {
    "main.arch": reading,
    "lib.arch": lib,
    "region.txt": "eu",
    "other.txt": "us",
  });
  rmSync(`${it.directory}/region.txt`);
  it.live.watch();
  symlinkSync("other.txt", `${it.directory}/region.txt`);
  await until("the link is read", () => regionOf(it) === "us");
  it.write("other.txt", "asia");
  await until("what it leads to is read", () => regionOf(it) === "asia");
});

test("`apply` and `plan` of what runs read the files again that the program reads", async (t) => {
  const it = await place(t, { "main.arch": reading, "lib.arch": lib, "region.txt": "eu" });
  it.write("region.txt", "us");
  const { operations } = await it.live.plan(reading, [], {});
  t.deepEqual(
    operations.map(({ op, key }) => `${op} ${key}`),
    ["update process/a/0"],
  );
  t.is(regionOf(it), "eu");
  await it.live.apply(reading).done;
  t.is(regionOf(it), "us");
});

/** The program with an external automaton at a host besides. */
const beside = (host: string): string =>
  main.replace("[b => a]", "[b => a, c => far]").concat(`
external far { provides q: P on tcp 25 at "${host}" }
automaton c { requires q: P }
`);

test("`plan` beside an orchestrator shows what leads to the name of a host that it does not know yet", async (t) => {
  const it = await place(t);
  const { diagnostics, operations, unresolved } = await it.live.plan(beside("mx.example.com"), [], {});
  t.deepEqual(diagnostics, []);
  t.deepEqual(unresolved, []);
  const keys = operations.map(({ op, key }) => `${op} ${key}`);
  t.true(keys.includes("create service/far.q"), keys.join());
  t.true(keys.includes("create egress/far.q"), keys.join());
  const cells = it.live.program.workspace.cells;
  t.is(cells.get(resolvedCell("mx.example.com")), undefined, "nothing was kept");
  await it.live.apply(beside("mx.example.com")).done;
  await it.live.settled();
  t.deepEqual((await it.live.plan(beside("mx.example.com"), [], {})).operations, []);
  for (const { after } of operations)
    if (after !== null) t.deepEqual(it.live.orchestrator.state.sides.desired.get(after.key), after);
});

test("`plan` beside an orchestrator says of which new name of a host nothing is found", async (t) => {
  const it = await place(t);
  const { diagnostics, operations, unresolved } = await it.live.plan(beside("mx.invalid"), [], {});
  t.deepEqual(diagnostics, []);
  t.true(operations.length > 0);
  t.deepEqual(unresolved, ["mx.invalid is not resolved: what is to go there has no place yet"]);
  const wrong = await it.live.plan("system s = [", [], {});
  t.true(wrong.diagnostics.length > 0);
  t.deepEqual(wrong.unresolved, []);
});
