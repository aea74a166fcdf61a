/** The call around a place: what is called, with what parameters, and which one is being written. */
import { parseExpression } from "../../grammar/expression.ts";
import { Terms } from "../core/term.ts";
import { builtins } from "../language/builtins/builtins.ts";
import type { Value } from "../language/value.ts";
import { askTerm } from "../program/ask.ts";
import type { Workspace } from "../program/workspace.ts";
import { callAround } from "./completion/call.ts";

export interface CallAt {
  readonly name: string;
  readonly value: Value;
  /** `value`, `high = …`, `kv: Store` */
  readonly parameters: readonly string[];
  /** Null where no parameter is left. */
  readonly active: number | null;
}

const parametersOf = (value: Value): readonly string[] | null => {
  switch (value._tag) {
    case "Builtin": {
      const builtin = builtins.get(value.name);
      if (builtin === undefined) return null;
      return builtin.variadic === true ? [...builtin.parameters, "…"] : builtin.parameters;
    }
    case "Fn":
      return (value.closure.term.node.children as readonly (typeof value.closure.term)[]).flatMap(
        ({ node }) =>
          node._tag === "Param" ? [node.children.length === 0 ? node.name : `${node.name} = …`] : [],
      );
    case "Automaton":
      return value.requires.map(({ name, optional, label }) => `${name}${optional ? "?" : ""} = ${label}`);
    default:
      return null;
  }
};

/** Null outside of calls, and where what is called is not known. */
export const callAt = (scene: {
  readonly workspace: Workspace;
  readonly file: string;
  readonly text: string;
  readonly offset: number;
}): CallAt | null => {
  const around = callAround(scene.text, scene.offset);
  if (around === null) return null;
  const name = scene.text.slice(around.callee.start, around.callee.end);
  const { term } = parseExpression(name, new Terms());
  if (term === null) return null;
  const { value, problems } = askTerm(scene, term);
  const parameters = problems.length > 0 ? null : parametersOf(value);
  if (parameters === null || parameters.length === 0) return null;
  const named =
    around.name === null ? -1 : parameters.findIndex((each) => /^\w+/.exec(each)?.[0] === around.name);
  const last = parameters.length - 1;
  const index = named >= 0 ? named : parameters[last] === "…" ? Math.min(around.index, last) : around.index;
  return { name, value, parameters, active: index <= last ? index : null };
};
