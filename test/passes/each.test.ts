/** `requires PORT: each …`: what it makes of the instances of a provider. */
import test from "ava";
import type { Hosts, Instance, Process, Resource, Wire } from "../../src/core/resource.ts";
import { openProgram } from "../../src/library.ts";
import { Asked } from "./asked.ts";

const open = (clauses = "", system = "reader.shards => store.kv") => {
  const text = `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton store { provides kv: P on tcp 7000 runs exec ["store"] instances input("n", 2) }
automaton other { provides kv: P on tcp 7100 }
automaton reader { requires shards: each P runs exec ["reader"] ${clauses} }
system s = [store, ${system}]`;
  const program = openProgram({ file: "s.arch", text });
  const get = <Kind extends Resource["kind"]>(key: string): Extract<Resource, { kind: Kind }> =>
    program.desired()[key] as unknown as Extract<Resource, { kind: Kind }>;
  return {
    program,
    hosts: (): Hosts => get("hosts/reader"),
    wire: (): Wire => get("wire/reader.shards"),
    process: (): Process => get("process/reader/0"),
    instance: (automaton: string, index: number): Instance => get(`instance/${automaton}/${index}`),
  };
};

test("each instance has a name, an address in the list, and leave to be reached", (t) => {
  const { program, hosts, wire, process, instance } = open();
  t.deepEqual(program.diagnostics, []);
  const [first, second] = [instance("store", 0).address, instance("store", 1).address];
  t.deepEqual(hosts().entries, [
    { name: "shards", addresses: [wire().vip.v4!] },
    { name: "shards-0", addresses: [first.v4!] },
    { name: "shards-1", addresses: [second.v4!] },
  ]);
  t.deepEqual(hosts().lists, [{ name: "shards", addrs: ["shards-0:7000", "shards-1:7000"] }]);
  t.deepEqual(wire().each, [
    { address: first, number: 7000 },
    { address: second, number: 7000 },
  ]);
  t.deepEqual(process().env, {
    SHARDS_HOST: "shards",
    SHARDS_PORT: "7000",
    SHARDS_ADDR: "shards:7000",
    SHARDS_ADDRS: "shards-0:7000,shards-1:7000",
    SHARDS_COUNT: "2",
    SHARDS_FILE: "/run/members/shards",
  });
});

test("the provider scales, and nothing that runs is another", (t) => {
  const { program, hosts, wire, process } = open();
  const { spec } = process();
  const { operations } = program.set("n", 3);
  t.deepEqual(operations.map(({ op, id }) => `${op} ${id}`).sort(), [
    "create instance/store/2",
    "create process/store/2",
    "update hosts/reader",
    "update process/reader/0",
    "update service/store.kv",
    "update wire/reader.shards",
  ]);
  t.is(process().spec, spec);
  t.is(process().env.SHARDS_COUNT, "3");
  t.is(hosts().lists![0]!.addrs.length, 3);
  t.is(wire().each!.length, 3);
  program.set("n", 0);
  t.deepEqual(hosts().lists, [{ name: "shards", addrs: [] }]);
  t.is(process().env.SHARDS_ADDRS, "");
  t.is(process().spec, spec);
});

test("what `env` says of such a variable is the program's own", (t) => {
  const own = open('env { SHARDS_COUNT = "many" }');
  t.is(own.process().env.SHARDS_COUNT, "many");
  t.not(own.process().spec, open('env { SHARDS_COUNT = "few" }').process().spec);
});

test("of a union there are the instances of all, each at its own port", (t) => {
  const { hosts, wire } = open("", "reader => store | other");
  t.deepEqual(hosts().lists![0]!.addrs, ["shards-0:7100", "shards-1:7000", "shards-2:7000"]);
  t.deepEqual(
    wire().each!.map(({ number }) => number),
    [7100, 7000, 7000],
  );
});

test("siblings are those of an automaton that is wired to itself; who is not ready is among them", (t) => {
  const asked = new Asked(`
    protocol P = ?Int . !Int
    automaton store { provides kv: P on tcp 7000 requires peers: each P runs exec ["store"] instances 2 }
    system s = store(peers = store)`);
  const all = [0, 1].map((index) => asked.get("instance", `store/${index}`).address);
  asked.ready("store", 1, false);
  t.is(asked.get("service", "store.kv").endpoints.length, 1);
  t.deepEqual(
    asked.get("wire", "store.peers").each!.map(({ address }) => address),
    all,
  );
});
