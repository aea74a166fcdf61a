/**
 * The base functor of Architect's syntax: one layer of a program, with `A` in every
 * place where a smaller program stands. All children are in `children`, in the order in
 * which they are written, so that a fold, the interning and the spans need not know
 * the layers one by one. Spans and comments are no part of it.
 */
import type { ClauseF, Repeated } from "./syntax/clauses.ts";
import type { DeclF } from "./syntax/declarations.ts";
import type { ExprF } from "./syntax/expressions.ts";
import type { PayloadF, SessionF } from "./syntax/sessions.ts";

/** The base functor: one layer of syntax, with `A` in every place where a smaller term stands. */
export type TermF<A> = ExprF<A> | ClauseF<A> | Repeated<A> | SessionF<A> | PayloadF<A> | DeclF<A>;
/** The tag of a layer. */
export type Tag = TermF<unknown>["_tag"];
/** The layer with a tag. */
export type Of<T extends Tag, A> = Extract<TermF<A>, { readonly _tag: T }>;
