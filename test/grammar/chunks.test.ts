import test from "ava";
import { LONGEST, listOf } from "../../grammar/chunks.ts";
import { parseExpression } from "../../grammar/expression.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { Random } from "../random.ts";

const elementsOf = (term: Term): Term[] =>
  (term.node.children as readonly Term[]).flatMap((child) =>
    child.node._tag === "Chunk" ? elementsOf(child) : [child],
  );

const number = (terms: Terms, value: number): Term =>
  terms.intern({ _tag: "Num", digits: `${value}`, unit: null, children: [] });

const all = (term: Term, into = new Set<Term>()): Set<Term> => {
  if (into.has(term)) return into;
  into.add(term);
  for (const child of term.node.children as readonly Term[]) all(child, into);
  return into;
};

test("short lists are not chunked, long ones keep their elements in their order", (t) => {
  const terms = new Terms();
  for (const length of [0, 1, LONGEST, LONGEST + 1, 1000]) {
    const elements = Array.from({ length }, (_, i) => number(terms, i));
    const list = listOf(elements, terms);
    t.deepEqual(elementsOf(list), elements);
    t.is(
      (list.node.children as readonly Term[]).some((child) => child.node._tag === "Chunk"),
      length > LONGEST,
    );
    t.true(list.node.children.length <= LONGEST || length <= LONGEST);
  }
});

test("the shape depends on the elements alone, and one more makes a few new terms", (t) => {
  const terms = new Terms();
  const random = new Random(1);
  const elements = Array.from({ length: 10_000 }, (_, i) => number(terms, i));
  const before = all(listOf(elements, terms));
  for (let edit = 0; edit < 20; edit++) {
    const at = random.below(elements.length);
    const changed = elements.toSpliced(at, random.below(2), number(terms, 100_000 + edit));
    const fresh = [...all(listOf(changed, terms))].filter((term) => !before.has(term));
    // The element, its chunks on four levels or so, and the list.
    t.true(fresh.length <= 12, `${fresh.length} new terms`);
    t.is(listOf(elementsOf(listOf(changed, terms)), terms), listOf(changed, terms));
  }
});

test("a list of equal elements is a tree too", (t) => {
  const terms = new Terms();
  const list = listOf(new Array<Term>(10_000).fill(number(terms, 1)), terms);
  t.true(list.node.children.length <= LONGEST);
  t.is(elementsOf(list).length, 10_000);
});

test("a list that is read is the list that is made, and its places are those of its elements", (t) => {
  const terms = new Terms();
  const text = `[${Array.from({ length: 100 }, (_, i) => i).join(", ")}]`;
  const { term, spans } = parseExpression(text, terms);
  t.is(
    term,
    listOf(
      Array.from({ length: 100 }, (_, i) => number(terms, i)),
      terms,
    ),
  );
  const read: string[] = [];
  const walk = (at: Term, position: number): void => {
    if (at.node._tag === "Num") read.push(text.slice(spans[4 * position], spans[4 * position + 1]));
    let next = position + 1;
    for (const child of at.node.children as readonly Term[]) {
      walk(child, next);
      next += child.size;
    }
  };
  walk(term!, 0);
  t.deepEqual(
    read,
    Array.from({ length: 100 }, (_, i) => `${i}`),
  );
});
