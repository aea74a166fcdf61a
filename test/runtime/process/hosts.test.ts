import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
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
const address = fc.record({
  v4: fc.option(fc.ipV4(), { freq: 4 }),
  v6: fc.tuple(fc.nat(0xffff), fc.nat(0xffff)).map(([a, b]) => `fd00:${a.toString(16)}::${b.toString(16)}`),
});
const tables = fc
  .array(fc.record({ name, address }), { maxLength: 200 })
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
  const entries = ["clock", "store"].map((name) => ({ name, address: { v4: "10.1.2.3", v6: "fd00::1" } }));
  writeHosts(state, { kind: "hosts", key: hostsKey("web"), automaton: "web", entries });
  const text = readFileSync(hostsFile(state, "web"), "utf8");
  t.true(text.length <= 256, String(text.length));
  t.notRegex(text, /^ *\n/m);
});

test("names that would leave the directory are refused before anything is written", (t) => {
  const state = freshState(t);
  for (const automaton of ["../web", "a/b", "", "..", "a\0"])
    t.throws(() => hostsFile(state, automaton), { message: /not a name for a file/ });
  t.throws(() => new SystemState("../x", "/tmp"), { message: /not a name for a file/ });
});
