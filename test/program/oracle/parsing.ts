/** A text as declarations; plainly, but that equal ones are parsed once. */
import { type Declaration, declare } from "../../../grammar/declaration.ts";
import { pieces } from "../../../grammar/pieces.ts";
import { type Term, Terms } from "../../../src/core/term.ts";
import { allFreeNames } from "../../../src/language/names.ts";

export class Parser {
  readonly #terms = new Terms();
  readonly #parsed = new Map<string, Declaration>();
  readonly #mentioned = new WeakMap<Term, ReadonlySet<string>>();

  /** They tile the text. */
  parse(text: string): readonly Declaration[] {
    const all: Declaration[] = [];
    for (const piece of pieces(text, 0)) {
      const own = text.slice(piece.start, piece.end);
      const known = piece.problems.length === 0 ? this.#parsed.get(own) : undefined;
      const declaration = known ?? declare(text, piece, this.#terms);
      // What is said of one that is broken may depend on what is around it.
      if (declaration.errors.length === 0) this.#parsed.set(own, declaration);
      all.push(declaration);
    }
    return all;
  }

  /** The names that a term takes from outside; `isModule`: whether a name stands for a file. */
  mentionedIn(term: Term, isModule: (name: string) => boolean): ReadonlySet<string> {
    const known = this.#mentioned.get(term);
    if (known !== undefined) return known;
    let isCertain = true;
    const names = allFreeNames(term, (name) => {
      isCertain = false;
      return isModule(name);
    });
    if (isCertain) this.#mentioned.set(term, names);
    return names;
  }
}
