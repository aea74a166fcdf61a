/** External automata are found by their own names, too, and only by who is wired to them. */
import test from "ava";
import { resolvedCell } from "../../src/core/cell-key.ts";
import { type Hosts, hostsKey } from "../../src/core/resource.ts";
import { Program } from "../../src/program/program.ts";

const text = `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
external mail_host {
  provides smtp: P on tcp 587 at "mx.example.com"
  provides imap: P on tcp 143 at "mx.example.com"
}
external db { provides sql: P on tcp 5432 at "db.example.com" }
external fixed { provides x: P on tcp 80 at "192.0.2.1" }
automaton a { requires out: P requires inbox: P requires x: P requires db: P }
automaton b { requires inbox: P }
automaton c { provides p: P on tcp 1 }
system s = [a.out => mail_host.smtp, a.inbox => mail_host.imap, b => mail_host.imap, a.x => fixed, a.db => c]
`;

const namesOf = (program: Program, automaton: string): Readonly<Record<string, readonly string[]>> => {
  const found = [...program.resources()].find(({ key }) => key === hostsKey(automaton)) as Hosts | undefined;
  return Object.fromEntries((found?.entries ?? []).map(({ name, addresses }) => [name, addresses]));
};

test("by the automaton's name, and by that of its host, at the addresses of all ports that are wired to", (t) => {
  const program = new Program({ file: "s.arch", text });
  t.deepEqual(program.start().diagnostics, []);
  const a = namesOf(program, "a");
  t.deepEqual(Object.keys(a), ["db", "inbox", "out", "x", "mail-host", "mx.example.com", "fixed"]);
  const both = [...a.inbox!, ...a.out!];
  t.deepEqual(a["mx.example.com"], both);
  t.deepEqual(a["mail-host"], both);
  t.deepEqual(a.fixed, a.x);
  const b = namesOf(program, "b");
  t.deepEqual(b, { inbox: a.inbox, "mail-host": a.inbox, "mx.example.com": a.inbox });
  t.deepEqual(namesOf(program, "c"), {});

  // Where it has addresses of IPv6 alone, so have its names.
  program.observe([[resolvedCell("mx.example.com"), { v4: [], v6: ["2001:db8::7"] }]]);
  for (const address of namesOf(program, "b")["mx.example.com"]!) t.true(address.startsWith("fd"), address);
});

test("an automaton that comes to run elsewhere, or here again, is found or not by its name from then on", (t) => {
  const of = (declaration: string): string =>
    `protocol P = ?Int . end\n${declaration}\nautomaton a { requires up: P }\nsystem s = a => b\n`;
  const here = of("automaton b { provides p: P on tcp 80 }");
  const program = new Program({ file: "s.arch", text: here });
  program.start();
  t.deepEqual(Object.keys(namesOf(program, "a")), ["up"]);
  for (const place of ['"192.0.2.1"', "host", '"b.example.com"']) {
    program.update(of(`external b { provides p: P on tcp 80 at ${place} }`));
    const names = place === '"b.example.com"' ? ["up", "b", "b.example.com"] : ["up", "b"];
    t.deepEqual(Object.keys(namesOf(program, "a")), names, place);
    program.update(here);
    t.deepEqual(Object.keys(namesOf(program, "a")), ["up"], place);
  }
});
