/**
 * What each layer of syntax binds for its children: the one place that knows. Free names,
 * local names in an editor, and whatever else cares for scope read it from here.
 */
import { clauses, clauseTags } from "./clauses.ts";
import type { Tag } from "./syntax.ts";
import type { Term } from "./term.ts";

/** A name that a layer makes known to some of its children. */
export interface Binding {
  readonly name: string;
  /** Variables of `mu` are known in sessions only, and there go before all other names. */
  readonly kind: "parameter" | "let" | "for" | "mu" | "self";
  /** The child that stands for it: a parameter, a `for`. Null: the layer itself does. */
  readonly child: number | null;
}

/**
 * Children by their indices, and bindings, in order: a binding is known to all children
 * behind it in its scope.
 */
export type Scope = readonly (number | Binding)[];

/** The names by which a clause speaks of its own automaton: what it is, and its ports. */
export const ownNames: readonly string[] = ["self", "requires", "provides"];
const own: ReadonlySet<string> = new Set(ownNames);
const ownBindings: readonly Binding[] = ownNames.map((name) => ({ name, kind: "self", child: null }));

/** Whether a clause speaks of its own automaton by this name. */
export const isOwnName = (name: string): boolean => own.has(name);

/** The tags of clauses in which an automaton may speak of itself. */
const clausesWithSelf: ReadonlySet<Tag> = new Set<Tag>(clauseTags.filter((tag) => clauses[tag].self));

/** Whether a layer makes `self`, `requires` and `provides` known to all its children, and binds nothing else. */
export const bindsSelf = (tag: Tag): boolean => clausesWithSelf.has(tag);

const binders: ReadonlySet<Tag> = new Set<Tag>(["Fn", "LetDecl", "Let", "Comprehension", "Repeated", "Mu"]);

/** Whether a layer binds a name, other than these, for one of its children. */
export const bindsNames = (tag: Tag): boolean => binders.has(tag);

const all = (children: readonly unknown[]): number[] => children.map((_, child) => child);

/** Parameters, each known to the defaults behind it and to what follows; then a child. */
const withParameters = (children: readonly Term[], last: number): Scope => {
  const scope: (number | Binding)[] = [];
  for (let child = 0; child < last; child++) {
    const { node } = children[child]!;
    scope.push(child);
    if (node._tag === "Param") scope.push({ name: node.name, kind: "parameter", child });
  }
  scope.push(last);
  return scope;
};

/**
 * The scopes of a term: each child stands in exactly one, in the order in which the
 * bindings come into being. A layer that binds nothing has one scope with its children.
 */
export const bindings = ({ node }: Term): readonly Scope[] => {
  const children = node.children as readonly Term[];
  const last = children.length - 1;
  switch (node._tag) {
    case "Fn":
    case "LetDecl":
      return [withParameters(children, last)];
    case "Let":
      return [withParameters(children, last - 1), [{ name: node.name, kind: "let", child: null }, last]];
    case "Comprehension":
    case "Repeated": {
      const scope: (number | Binding)[] = [];
      for (let child = 1; child < children.length; child++) {
        const qualifier = children[child]!.node;
        scope.push(child);
        if (qualifier._tag === "For") scope.push({ name: qualifier.name, kind: "for", child });
      }
      return [[...scope, 0]];
    }
    case "Mu":
      return [[{ name: node.name, kind: "mu", child: null }, 0]];
    default:
      return bindsSelf(node._tag) ? [[...ownBindings, ...all(children)]] : [all(children)];
  }
};
