/** Proposals that give an input another value: where the system runs, or as its default. */
import { placeOfValue } from "../core/syntax/expressions.ts";
import type { Term } from "../core/term.ts";
import { quote } from "../language/quote.ts";
import { childOf, childrenOf, type Thunk, wholeOf } from "../program/provenance/thunk.ts";
import type { EditContext } from "./context.ts";
import type { Goal } from "./goal.ts";
import { type Proposal, propose } from "./proposal.ts";

/** The defaults of an input, wherever it is asked for by a name that is written out. */
const defaultsOf = (name: string, context: EditContext): readonly Thunk[] => {
  const found: Thunk[] = [];
  for (const module of context.program.workspace.modules.values())
    for (const definition of module.definitions.values()) {
      const whole = wholeOf(definition);
      const todo = whole === null ? [] : [whole];
      for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
        const fallback = isInput(one.term, name) ? childrenOf(one)[2] : undefined;
        if (fallback !== undefined)
          found.push(
            fallback.term.node._tag === "Arg"
              ? childOf(fallback, placeOfValue(fallback.term.node))
              : fallback,
          );
        todo.push(...childrenOf(one));
      }
    }
  return found;
};

const isInput = ({ node }: Term, name: string): boolean => {
  if (node._tag !== "Call") return false;
  const [callee, named] = node.children;
  const text = named?.node._tag === "Str" && named.node.children.length === 0 ? named.node.pieces[0] : null;
  return callee.node._tag === "Name" && callee.node.name === "input" && text === name;
};

/** Gives an input another value. */
export function* proposalsToSetInput(
  { name, text }: Goal & { readonly _tag: "SetInput" },
  context: EditContext,
): Generator<Proposal, void, undefined> {
  yield propose(`set the input ${name} to ${text} where it runs`, [], { inputs: [{ name, text }] });
  const defaults = defaultsOf(name, context);
  if (defaults.length === 0) return;
  const example = context.program.workspace.cells.exampleOf(name);
  const written = example?._tag === "String" && !text.startsWith('"') ? quote(text) : text;
  yield propose(
    `write \`${written}\` as the default of ${name} at ${defaults.map((one) => context.placeOf(one)).join(", ")}`,
    defaults.map((one) => context.replace(one, written)),
  );
}
