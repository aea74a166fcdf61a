import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { hostLists } from "../../../runtime/process/host-lists.ts";
import {
  clearHosts,
  hostsFile,
  parseHosts,
  readHosts,
  renderHosts,
  writeHosts,
} from "../../../runtime/process/hosts.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { type Hosts, hostsKey } from "../../../src/core/resource.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 100) };

const freshState = (t: ExecutionContext): SystemState => {
  const directory = mkdtempSync(`${tmpdir()}/hosts-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  return new SystemState("s", `${directory}/state`);
};

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/);
const address = fc.oneof(
  fc.ipV4(),
  fc.tuple(fc.nat(0xffff), fc.nat(0xffff)).map(([a, b]) => `fd00:${a.toString(16)}::${b.toString(16)}`),
);
const addresses = fc.array(address, { minLength: 1, maxLength: 3 });
const tables = fc
  .uniqueArray(fc.record({ name, addresses }), { maxLength: 200, selector: (entry) => entry.name })
  .map((entries): Hosts => ({ kind: "hosts", key: hostsKey("web"), automaton: "web", entries }));

test("what is rendered is parsed again, and the machine's own lines are none of it", (t) => {
  const property = fc.property(tables, (hosts) => t.deepEqual(parseHosts(renderHosts(hosts)), hosts));
  t.notThrows(() => fc.assert(property, runs));
  t.is(parseHosts("127.0.0.1 localhost\n::1 localhost\n"), null);
});

test("a file keeps its inode, never gets shorter, and no line lies across two of its blocks", (t) => {
  const state = freshState(t);
  const path = hostsFile(state, "web");
  t.deepEqual(readHosts(state), []);
  const { ino } = statSync(path);
  let size = 0;
  const property = fc.property(tables, (hosts) => {
    writeHosts(state, hosts);
    const [stat, bytes] = [statSync(path), readFileSync(path)];
    // At whatever block a reader begins or ends, it has whole lines; or there is nothing but blanks.
    const said = bytes.toString().trimEnd().length;
    const whole = Array.from(
      { length: bytes.length / 128 },
      (_, index) => bytes[index * 128 + 127] === 0x0a || index * 128 >= said,
    );
    const isGood = stat.ino === ino && stat.size >= size && stat.size % 128 === 0 && whole.every(Boolean);
    size = stat.size;
    t.deepEqual(readHosts(state), [hosts]);
    return isGood;
  });
  t.notThrows(() => fc.assert(property, runs));
  clearHosts(state, "web");
  t.deepEqual(readHosts(state), []);
  t.is(statSync(path).ino, ino);
  t.true(readFileSync(path, "utf8").startsWith("127.0.0.1 localhost\n"));
});

test("a table is no longer than it must be, and has no blank lines", (t) => {
  const state = freshState(t);
  const entries = ["clock", "store"].map((name) => ({ name, addresses: ["10.1.2.3", "fd00::1"] }));
  writeHosts(state, { kind: "hosts", key: hostsKey("web"), automaton: "web", entries });
  const text = readFileSync(hostsFile(state, "web"), "utf8");
  t.true(text.length <= 256, String(text.length));
  t.notRegex(text, /^ *\n/m);
});

test("lists are replaced as a whole, read back, and gone with the names", (t) => {
  const state = freshState(t);
  const table: Hosts = { kind: "hosts", key: hostsKey("web"), automaton: "web", entries: [] };
  writeHosts(state, table);
  t.deepEqual(hostLists(state, "web"), []);
  const lists = [
    { name: "kv", addrs: [] },
    { name: "peers", addrs: ["peers-0:7000", "peers-1:7001"] },
  ];
  writeHosts(state, { ...table, lists });
  t.deepEqual(readHosts(state), [{ ...table, lists }]);
  const [{ source, target } = t.fail()] = hostLists(state, "web");
  t.is(target, "/run/members");
  t.is(readFileSync(`${source}/peers`, "utf8"), "peers-0:7000\npeers-1:7001\n");
  t.deepEqual(JSON.parse(readFileSync(`${source}/peers.json`, "utf8")), [{ targets: lists[1]!.addrs }]);
  t.is(statSync(source).mode & 0o777, 0o755);
  t.is(statSync(`${source}/peers`).mode & 0o777, 0o644);
  const reader = openSync(`${source}/peers`, "r");
  t.teardown(() => closeSync(reader));
  writeHosts(state, {
    ...table,
    lists: lists.slice(1).map((list) => ({ ...list, addrs: ["peers-0:7000"] })),
  });
  t.is(readFileSync(reader, "utf8"), "peers-0:7000\npeers-1:7001\n", "what was opened before stays whole");
  t.deepEqual(readdirSync(source).sort(), ["peers", "peers.json"]);
  // What somebody else wrote is none.
  writeFileSync(`${source}/peers.json`, "[]");
  t.deepEqual(readHosts(state), [table]);
  clearHosts(state, "web");
  t.deepEqual(readdirSync(source), []);
});

test("names that would leave the directory are refused before anything is written", (t) => {
  const state = freshState(t);
  for (const automaton of ["../web", "a/b", "", "..", "a\0"])
    t.throws(() => hostsFile(state, automaton), { message: /not a name for a file/ });
  t.throws(() => new SystemState("../x", "/tmp"), { message: /not a name for a file/ });
});

test("the machine's name is its own address, unless a requirement has it", (t) => {
  const own = hostname().toLowerCase();
  const entry = { name: own, addresses: ["10.1.2.3"] };
  const table: Hosts = { kind: "hosts", key: hostsKey("web"), automaton: "web", entries: [] };
  const lines = (hosts: Hosts): readonly string[] =>
    renderHosts(hosts)
      .split("\n")
      .filter((line) => line.toLowerCase().endsWith(` ${own}`));
  t.deepEqual(lines(table), [`127.0.1.1 ${hostname()}`]);
  t.deepEqual(lines({ ...table, entries: [entry] }), [`10.1.2.3 ${own}`]);
});
