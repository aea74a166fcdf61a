/** The names that instances have for themselves. */
import test from "ava";
import { ownNames } from "../../passes/own-names.ts";
import type { Instance, Process } from "../../src/core/resource.ts";
import { openProgram } from "../../src/library.ts";

const instance = (index: number): Instance =>
  ({ index, address: { v4: null, v6: `fc00::${index + 1}` } }) as unknown as Instance;
const called = (index: number, hostname: string): Process => ({ index, hostname }) as unknown as Process;

test("a name leads to the one instance that has it, and of several to each itself", (t) => {
  const processes = [called(0, "one"), called(1, "shared"), called(2, "SHARED"), called(3, "taken")];
  const taken = [{ name: "Taken", addresses: ["fd00::1"] }];
  t.deepEqual(
    ownNames(processes, [3, 2, 1, 0].map(instance), taken, ({ v6 }) => [v6]),
    [
      { name: "one", addresses: ["fc00::1"] },
      { name: "shared", addresses: ["127.0.1.1"] },
    ],
  );
});

test("each instance is looked at once, however many have names", (t) => {
  const count = 500;
  let looks = 0;
  const instances = Array.from({ length: count }, (_, index) =>
    Object.defineProperty(instance(index), "index", {
      get: () => {
        looks += 1;
        return index;
      },
    }),
  );
  const processes = instances.map((_, index) => called(index, `name-${index}`));
  const names = ownNames(processes, instances, [], ({ v6 }) => [v6]);
  t.is(names.length, count);
  t.deepEqual(names[499], { name: "name-499", addresses: ["fc00::500"] });
  t.is(looks, count);
});

test("a host name is in lower case wherever it stands", (t) => {
  const text = 'automaton a { runs exec ["true"] hostname "WEB-1.Example" }\nsystem s = a\n';
  const program = openProgram({ file: "s.arch", text });
  t.deepEqual(program.diagnostics, []);
  const { "process/a/0": process, "hosts/a": hosts } = program.desired();
  t.like(process, { hostname: "web-1.example" });
  t.deepEqual(
    (hosts as unknown as { entries: readonly { name: string }[] }).entries.map(({ name }) => name),
    ["web-1.example"],
  );
});
