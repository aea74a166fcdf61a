import test from "ava";
import {
  type CellKey,
  cellWords,
  directoryCell,
  heldCell,
  hostCell,
  inputCell,
  isCellLabel,
  listensCell,
  observedCell,
  parseCell,
  readAs,
  readyCell,
  unreadyCell,
} from "../../src/core/cell-key.ts";

test("what is put together is taken apart again", (t) => {
  t.deepEqual(parseCell(inputCell("n")), { _tag: "Input", name: "n" });
  t.deepEqual(parseCell(inputCell("cart.replicas of all")), { _tag: "Input", name: "cart.replicas of all" });
  t.deepEqual(parseCell(observedCell("a", "cpu")), { _tag: "Observed", automaton: "a", cell: "cpu" });
  t.deepEqual(parseCell(observedCell("a.b-c", "cpu")), { _tag: "Observed", automaton: "a.b-c", cell: "cpu" });
  t.deepEqual(parseCell(hostCell("cpus")), { _tag: "Observed", automaton: null, cell: "cpus" });
  t.deepEqual(parseCell(heldCell("a")), { _tag: "Held", automaton: "a" });
  t.deepEqual(parseCell(readyCell("a", 12)), { _tag: "Ready", automaton: "a", index: 12 });
  t.deepEqual(parseCell(unreadyCell("a")), { _tag: "Unready", automaton: "a" });
  t.deepEqual(parseCell(listensCell("a/b")), { _tag: "Listens", automaton: "a/b" });
  t.deepEqual(parseCell(directoryCell), { _tag: "Fixed", name: "directory" });
});

test("passes read the readiness of all instances at once, and everything else as it is set", (t) => {
  t.is(readAs(readyCell("a", 3)), unreadyCell("a"));
  for (const key of [inputCell("n"), observedCell("a", "cpu"), heldCell("a"), directoryCell] as CellKey[])
    t.is(readAs(key), key);
});

test("people call what is observed by its owner", (t) => {
  t.is(cellWords(observedCell("a", "cpu")), "a.cpu");
  t.is(cellWords(hostCell("cpus")), "host.cpus");
  t.is(cellWords(inputCell("n")), "input n");
});

test("nodes are labelled with the cells that definitions read, and with others", (t) => {
  t.true(isCellLabel(inputCell("n")));
  t.true(isCellLabel(hostCell("cpus")));
  for (const label of [heldCell("a"), "a", null, 3, {}]) t.false(isCellLabel(label));
});
