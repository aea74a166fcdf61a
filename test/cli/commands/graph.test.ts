import test from "ava";
import { architect, folder } from "../binary.ts";
import { shop } from "./programs.ts";

test("each format of a system", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const draw = async (...format: readonly string[]): Promise<string> => {
    const { code, out, err } = await architect(["graph", "shop.arch", ...format], { cwd });
    t.deepEqual([code, err], [0, ""]);
    return out;
  };
  t.true((await draw()).startsWith('digraph "shop" {\n'));
  t.true((await draw("-f", "mermaid")).startsWith("flowchart LR\n"));
  t.true((await draw("--format=svg")).startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
  t.deepEqual(JSON.parse(await draw("--format", "json")), {
    system: "shop",
    automata: [
      {
        name: "front",
        instances: 2,
        services: [{ port: "web", transport: "tcp", number: 8080 }],
        requirements: ["kv"],
      },
      {
        name: "store",
        instances: 1,
        services: [{ port: "kv", transport: "tcp", number: 6379 }],
        requirements: [],
      },
    ],
    wires: [{ from: "front.kv", to: "store.kv", kind: "request" }],
    publications: [{ hostPort: 18080, transport: "tcp", to: "front.web" }],
  });
});

test("of several systems one is chosen", async (t) => {
  const cwd = folder(t, { "two.arch": "automaton x {}\nsystem one = [x]\nsystem two = []\n" });
  const { out } = await architect(["graph", "two.arch", "--system", "two", "-f", "json"], { cwd });
  t.like(JSON.parse(out), { system: "two", automata: [] });
  const wrong = await architect(["graph", "two.arch", "--system", "three"], { cwd });
  t.is(wrong.code, 1);
  t.regex(wrong.err, /^two\.arch:1:1: error\[no-system\]: .* three\n/);
  t.regex(wrong.err, /its systems are one, two\n/);
});

test("a library has nothing to draw, and another format is bad usage", async (t) => {
  const cwd = folder(t, { "lib.arch": "let x = 1\n" });
  const library = await architect(["graph", "lib.arch"], { cwd });
  t.deepEqual([library.code, library.out], [1, ""]);
  t.regex(library.err, /^lib\.arch:1:1: error\[no-system\]/);
  t.is((await architect(["graph", "lib.arch", "-f", "png"], { cwd })).code, 64);
});
