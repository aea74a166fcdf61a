/** A system that is called otherwise in the world, because another has its name. */
import test from "ava";
import type { Resource } from "../../src/core/resource.ts";
import { Program } from "../../src/program/program.ts";

const text = (count: number): string => `
protocol P = mu t. &{ get: ?String . t, quit: end }
automaton a { provides p: P on tcp 9000 instances ${count} }
automaton b { requires p: P }
system shop = [b => a]
system other = a
`;

const started = (count: number, system = "shop"): Program => {
  const program = new Program({ file: "s.arch", text: text(count), system });
  program.start();
  return program;
};

const ofKind = <Kind extends Resource["kind"]>(program: Program, kind: Kind) =>
  [...program.resources()].filter(
    (resource): resource is Extract<Resource, { readonly kind: Kind }> => resource.kind === kind,
  );

test("names and addresses follow the label; the system keeps its name", (t) => {
  const [plain, called] = [started(2), started(2)];
  t.deepEqual(called.call("shop-0123abcd").diagnostics, []);
  t.is(called.system, "shop");
  t.like(ofKind(called, "hub")[0], { system: "shop", netns: "shop-0123abcd.hub" });
  t.deepEqual(
    ofKind(called, "instance").map(({ netns }) => netns),
    ["shop-0123abcd.a.0", "shop-0123abcd.a.1", "shop-0123abcd.b.0"],
  );
  const addresses = (program: Program): readonly string[] => [
    ...ofKind(program, "instance").map(({ address }) => address.v6),
    ...ofKind(program, "service").map(({ vip }) => vip.v6),
  ];
  for (const address of addresses(called)) t.false(addresses(plain).includes(address));
});

test("it holds through edits, and the same label once more changes nothing", (t) => {
  const program = started(1);
  program.call("shop-0123abcd");
  t.deepEqual(program.call("shop-0123abcd").operations, []);
  const { operations } = program.update(text(2));
  t.deepEqual(
    operations.flatMap(({ after }) => (after?.kind === "instance" ? [after.netns] : [])),
    ["shop-0123abcd.a.1"],
  );
  const fresh = started(2);
  fresh.call("shop-0123abcd");
  t.deepEqual([...program.resources()], [...fresh.resources()]);
});

test("what exists under the label keeps its numbers", (t) => {
  const before = started(2);
  before.call("shop-0123abcd");
  const after = started(1);
  after.call("shop-0123abcd");
  after.adopt(before.resources());
  after.update(text(2));
  t.deepEqual([...after.resources()], [...before.resources()]);
});
