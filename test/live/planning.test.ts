/** What an orchestrator would do if it came now. */

import test from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import { type CellKey, observedCell, readyCell, restartedCell } from "../../src/core/cell-key.ts";
import { processKey, type Resource } from "../../src/core/resource.ts";
import { planAgainst } from "../../src/live/status/planning.ts";
import { Program } from "../../src/program/program.ts";
import { plan } from "../../src/reconcile.ts";

const text = `protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a {
  provides p: P on tcp 9000
  runs exec ["true"]
  instances 1 + ceil(self.connections / 50)
}
automaton b { requires p: P }
system s = b => a
`;

const opened = (cells: readonly (readonly [CellKey, unknown])[] = []): Program => {
  const program = new Program({ file: "s.arch", text });
  program.start();
  program.observe(cells);
  return program;
};

/** A world in which all of this exists. */
const worldOf = async (t: { deepEqual(a: unknown, b: unknown): unknown }, resources: Iterable<Resource>) => {
  const base = new MemoryBase("s");
  t.deepEqual(await base.apply(plan(resources, new Map())), []);
  return base;
};

test("what is as it should be is left alone", async (t) => {
  const base = await worldOf(t, opened().resources());
  t.deepEqual(await planAgainst(opened(), base), []);
});

test("load that was served is taken as still to be served, and who was out of service as on its way", async (t) => {
  const busy = [
    [observedCell("a", "connections"), 120],
    [readyCell("a", 1), false],
  ] as const;
  const base = await worldOf(t, opened(busy).resources());
  t.deepEqual(await planAgainst(opened(), base), []);
  t.true(plan(opened().resources(), (await base.observe()).resources).length > 0);
});

test("what the program does not want is taken away, what is missing is made", async (t) => {
  const base = await worldOf(
    t,
    [...opened().resources()].filter(({ key }) => key !== "instance/b/0"),
  );
  const program = new Program({
    file: "s.arch",
    text: text.replace("system s = b => a", "system s = [b => a, c]\nautomaton c { }"),
  });
  program.start();
  const operations = await planAgainst(program, base);
  t.deepEqual(
    operations.map(({ op, key }) => `${op} ${key}`),
    ["create instance/b/0", "create instance/c/0"],
  );
});

test("a run by the clock of which nobody saw the end is over; a job like that is run again", async (t) => {
  const job = 'automaton j { runs once exec ["true"] restart on-failure }\nsystem s = [j]\n';
  for (const [source, isOver] of [
    [job.replace("restart", 'schedule "@daily" restart'), true],
    [job, false],
  ] as const) {
    const program = () => {
      const opened = new Program({ file: "s.arch", text: source });
      t.deepEqual(opened.start().diagnostics, []);
      opened.observe([[restartedCell("j"), 1]]);
      return opened;
    };
    const world = new MemoryWorld();
    const base = new MemoryBase("s", world);
    t.deepEqual(await base.apply(plan(program().resources(), new Map())), []);
    world.exit("s", processKey("j", 0), null);
    const operations = await planAgainst(program(), base);
    t.deepEqual(
      operations.map(({ op, key }) => `${op} ${key}`),
      isOver ? [] : ["create process/j/0"],
    );
  }
});
