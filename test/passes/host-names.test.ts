/** What the names of requirements resolve to. */
import test from "ava";
import { openProgram } from "../../src/library.ts";

const text = (clause: string): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton store { provides kv: P on tcp 6379 provides admin: P on tcp 6380 }
automaton web { requires main_store: P requires admin: P runs exec ["true"] ${clause} }
system s = [web.main_store => store.kv, web.admin => store.admin]
`;

interface Entries {
  readonly entries: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

const entriesOf = (clause: string): Entries["entries"] => {
  const program = openProgram({ file: "s.arch", text: text(clause) });
  return (program.desired()["hosts/web"] as unknown as Entries).entries;
};

const families = (clause: string): unknown =>
  entriesOf(clause).map(({ name, addresses }) => [
    name,
    addresses.map((address) => (address.includes(":") ? 6 : 4)),
  ]);

test("a name has one address, of IPv4, unless the automaton says otherwise", (t) => {
  const each = (...of: number[]): unknown => [
    ["admin", of],
    ["main-store", of],
  ];
  t.deepEqual(families(""), each(4));
  t.deepEqual(families("resolves ipv4"), each(4));
  t.deepEqual(families("resolves ipv6"), each(6));
  t.deepEqual(families("resolves both"), each(4, 6));
});

test("another choice changes the names, and replaces no process", (t) => {
  const program = openProgram({ file: "s.arch", text: text("") });
  const { operations } = program.update(text("resolves both"));
  t.deepEqual(
    operations.map(({ op, id }) => `${op} ${id}`),
    ["update hosts/web"],
  );
});
