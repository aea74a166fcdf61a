/** Which names are bound around a term, and where positions there count from. */
import { type Origin, originOf } from "../site.ts";
import type { Closure, Value } from "../value.ts";

interface Local {
  readonly name: string;
  readonly value: Value;
  readonly outer: Local | null;
}

export interface Scope {
  readonly origin: Origin;
  /** Parameters and the like, innermost first. */
  readonly locals: Local | null;
  /** In a function or an equation: all names that are free in it. Null: names are global. */
  readonly free: ReadonlyMap<string, Value> | null;
}

export const globalScope = (origin: Origin): Scope => ({ origin, locals: null, free: null });

/** Where a closure's term is evaluated. */
export const closureScope = (closure: Closure): Scope => ({
  origin: originOf(closure.site),
  locals: null,
  free: closure.free,
});

export const bind = (scope: Scope, name: string, value: Value): Scope => ({
  origin: scope.origin,
  free: scope.free,
  locals: { name, value, outer: scope.locals },
});

/** Whether a term means here what it means anywhere in the module. */
export const isGlobal = (scope: Scope): boolean => scope.locals === null && scope.free === null;
