/** The laws of the base functor and of its fold, on random programs. */
import test from "ava";
import type { TermF } from "../../src/core/syntax.ts";
import { cata, type Term, Terms, termF } from "../../src/core/term.ts";
import { randomProgram } from "../grammar/arbitrary.ts";

const declarations = (terms: Terms): Term[] =>
  Array.from({ length: 40 }, (_, seed) => randomProgram(seed, terms).declarations).flat();

/** All terms in some, each once. */
const allIn = (roots: readonly Term[]): ReadonlySet<Term> => {
  const found = new Set(roots);
  for (const { node } of found) for (const child of node.children as readonly Term[]) found.add(child);
  return found;
};

test("map keeps identity and composition", (t) => {
  for (const { node } of allIn(declarations(new Terms()))) {
    t.deepEqual(
      termF.map(node, (child) => child),
      node,
    );
    const [f, g] = [(term: Term): number => term.size, (size: number): string => `${size}`];
    t.deepEqual(
      termF.map(termF.map(node, f), g),
      termF.map(node, (child) => g(f(child))),
    );
  }
});

test("folding with what makes terms gives the same terms", (t) => {
  const terms = new Terms();
  const again = cata<Term>((layer) => terms.intern(layer));
  for (const term of declarations(terms)) t.is(again(term), term);
});

test("a fold agrees with plain recursion, and sees each of equal subterms once", (t) => {
  const terms = new Terms();
  const size = ({ node }: Term): number =>
    (node.children as readonly Term[]).reduce((sum, child) => sum + size(child), 1);
  for (const term of declarations(terms)) {
    const seen: Term[] = [];
    const folded = cata<number>((layer, own) => {
      seen.push(own);
      return (layer.children as readonly number[]).reduce((sum, child) => sum + child, 1);
    })(term);
    t.is(folded, size(term));
    t.is(folded, term.size);
    const all = allIn([term]);
    t.is(seen.length, all.size);
    t.true(new Set(seen).size === all.size && seen.every((one) => all.has(one)));
  }
});

test("a chain of 100,000 layers folds without overflow", (t) => {
  const terms = new Terms();
  let term = terms.intern({ _tag: "Name", name: "x", children: [] });
  for (let i = 0; i < 100_000; i++) term = terms.intern({ _tag: "List", children: [term] });
  const depth = cata<number>(
    (layer: TermF<number>) => 1 + Math.max(0, ...(layer.children as readonly number[])),
  );
  t.is(depth(term), 100_001);
});
