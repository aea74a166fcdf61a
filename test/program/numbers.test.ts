/** Where two names meet in a small space of numbers. */
import test from "ava";
import { instanceIdentity } from "../../passes/addresses.ts";
import { half4 } from "../../passes/identity.ts";
import { numbersOf } from "../../passes/numbers.ts";
import type { Instance, Resource } from "../../src/core/resource.ts";
import { Slots } from "../../src/core/slots.ts";
import { Program } from "../../src/program/program.ts";

/** Two automata whose first instances both want one IPv4 address; the first of them outranks the other. */
const meeting = (): readonly [winner: string, loser: string] => {
  const seen = new Map<number, string>();
  for (let i = 0; ; i++) {
    const name = `a${i}`;
    const slots = new Slots(half4);
    const slot = slots.claim(instanceIdentity("s", name, 0), name, new Set())!;
    const other = seen.get(slot);
    if (other === undefined) seen.set(slot, name);
    else {
      slots.claim(instanceIdentity("s", other, 0), other, new Set());
      return slots.slot(instanceIdentity("s", other, 0)) === slot ? [other, name] : [name, other];
    }
  }
};
const [winner, loser] = meeting();

const textOf = (...names: string[]): string =>
  `${names.map((name) => `automaton ${name} { }`).join("\n")}\nsystem s = [${names.join(", ")}]\n`;

const opened = (...names: string[]): Program => {
  const program = new Program({ file: "s.arch", text: textOf(...names) });
  program.start();
  return program;
};

const resourcesIn = (program: Program): ReadonlyMap<string, Resource> =>
  new Map([...program.resources()].map((one) => [one.key, one]));

const addressOf = (program: Program, name: string): string | null =>
  (resourcesIn(program).get(`instance/${name}/0`) as Instance).address.v4;

test("as a library, who ranks first has the number, whoever came first", (t) => {
  const [before, after] = [opened(loser), opened(winner)];
  const [wanted, other] = [addressOf(before, loser), addressOf(after, winner)];
  t.is(wanted, other);
  before.update(textOf(loser, winner));
  after.update(textOf(loser, winner));
  t.is(addressOf(before, winner), wanted);
  t.not(addressOf(before, loser), wanted);
  t.deepEqual(resourcesIn(before), resourcesIn(after));
});

test("of a system that runs, who comes later moves on", (t) => {
  const program = opened(loser);
  program.adopt([]);
  const wanted = addressOf(program, loser);
  const { operations } = program.update(textOf(loser, winner));
  t.deepEqual(
    operations.map(({ op, key }) => `${op} ${key}`),
    [`create instance/${winner}/0`],
  );
  t.is(addressOf(program, loser), wanted);
  t.not(addressOf(program, winner), null);
  t.not(addressOf(program, winner), wanted);
});

test("whoever takes over what runs leaves it its numbers", (t) => {
  const before = opened(loser);
  before.adopt([]);
  before.update(textOf(loser, winner));
  const existing = resourcesIn(before);
  const after = opened(loser, winner);
  t.notDeepEqual(resourcesIn(after), existing);
  const { operations } = after.adopt(existing.values());
  t.deepEqual(
    new Set(operations.map(({ key }) => key)),
    new Set([`instance/${loser}/0`, `instance/${winner}/0`]),
  );
  t.deepEqual(resourcesIn(after), existing);
  t.deepEqual(after.adopt(existing.values()).operations, []);
});

test("what is half made, or somebody else's doing, is not taken for anybody's number", (t) => {
  const program = opened(loser);
  const wanted = resourcesIn(program);
  const instance = wanted.get(`instance/${loser}/0`) as Instance;
  const altered = { ...instance, origin: 0, address: { ...instance.address, v4: "10.1.2.3" } };
  t.deepEqual(program.adopt([altered]).operations, []);
  t.deepEqual(resourcesIn(program), wanted);
});

test("what exists of an automaton that is not there yet is its own when it comes", (t) => {
  const before = opened(loser);
  before.adopt([]);
  before.update(textOf(loser, winner));
  const after = opened(winner);
  after.adopt(resourcesIn(before).values());
  t.is(addressOf(after, winner), addressOf(before, winner));
  after.update(textOf(loser, winner));
  t.deepEqual(resourcesIn(after), resourcesIn(before));
});

test("a text that is refused takes nothing from anybody", (t) => {
  const program = opened(loser);
  program.adopt([]);
  const wanted = addressOf(program, loser);
  program.update(`${textOf(winner)}let wrong = 1 / 0\n`);
  program.update(textOf(winner).replace("{ }", "{ instances 1 / (host.cpus - host.cpus) }"));
  t.is(addressOf(program, loser), wanted);
  program.update(textOf(winner, loser));
  t.is(addressOf(program, loser), wanted);
});

test("what a resource shows is what the passes asked for", (t) => {
  const text =
    "protocol P = ?Int\nautomaton a { requires p: P instances 2 }\nautomaton b { provides p: P on tcp 1 }\nsystem s = a => b\n";
  const program = new Program({ file: "s.arch", text });
  program.start();
  const shown = [...program.resources()].flatMap((one) => numbersOf("s", one));
  const asked = ["a", "b"].flatMap((key) => program.augmentation.trace(key)).flatMap(({ claims }) => claims);
  for (const { space, identity, slot } of shown) t.is(program.augmentation.slots(space).slot(identity), slot);
  const identities = asked.filter((_, i) => i % 2 === 1);
  t.deepEqual(new Set(shown.map(({ identity }) => identity)), new Set(identities));
});
