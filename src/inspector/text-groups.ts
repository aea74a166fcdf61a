/** Where the text says each automaton, as steps that group them. */
import { jsonText } from "../core/json-text.ts";
import type { Program } from "../program/program.ts";
import { factsOf } from "../program/provenance/element.ts";
import { placeOfStep, type Step } from "../program/provenance/step.ts";
import { lookup } from "../program/provenance/thunk.ts";
import { Provenances } from "../program/provenance/trace.ts";
import { plainValue } from "../program/reasons.ts";
import type { GroupedName, GroupStep } from "./grouping.ts";

const ranks = { list: 0, element: 1, comprehension: 2, call: 3, declaration: 4, file: 5 } as const;

const calleeOf = ({ thunk }: Step): string => {
  const { node } = thunk.term;
  const callee = node._tag === "Call" ? node.children[0].node : null;
  return callee?._tag === "Name" ? callee.name : "a function";
};

/** What a step says of groups; nothing of the steps within one automaton. */
const groupSteps = (program: Program, step: Step): readonly GroupStep[] => {
  const place = (): string => {
    const { file, range } = placeOfStep(program.workspace, step);
    return `${file}:${range.start.line}:${range.start.column}`;
  };
  switch (step.kind) {
    case "item": {
      const { definition, at } = step.list;
      return [{ key: `list ${definition.file} ${definition.key} ${at}`, label: "list", rank: ranks.list }];
    }
    case "element": {
      const value = lookup(step.name, step.body.environment)?.value;
      const which =
        `${step.name} = ${value === undefined ? `#${step.index}` : jsonText(plainValue(value))}`.slice(0, 40);
      return [
        { key: `for ${place()}`, label: `for ${step.name}`, rank: ranks.comprehension },
        { key: `#${step.index}`, label: which, rank: ranks.element, isOne: true },
      ];
    }
    case "call":
      return [{ key: `call ${place()}`, label: `${calleeOf(step)}(…)`, rank: ranks.call }];
    case "declaration": {
      const { name, key, file } = step.thunk.definition;
      return [{ key: `declaration ${file} ${key}`, label: name ?? key, rank: ranks.declaration }];
    }
    case "import": {
      const { file } = step.thunk.definition;
      return [{ key: `file ${file}`, label: file.replace(/^.*\//, ""), rank: ranks.file }];
    }
    default:
      return [];
  }
};

/** How many steps two ways have in common. */
const sharedSteps = (a: readonly GroupStep[], b: readonly GroupStep[]): number => {
  const at = a.findIndex(({ key }, i) => key !== b[i]?.key);
  return at < 0 ? a.length : at;
};

/** Each automaton of the program's system, in the order of the text; one that is said in several places is in what is around all of them. */
export const groupedNames = (program: Program): readonly GroupedName[] => {
  const every = { _tag: "Automata" } as const;
  const provenances = new Provenances(program);
  const ways = new Map<string, readonly GroupStep[]>();
  for (const { thunk, steps } of provenances.places(every)) {
    const way = steps.flatMap((step) => groupSteps(program, step));
    for (const fact of factsOf(provenances.evaluator.value(thunk), every)) {
      if (fact._tag !== "Member") continue;
      const { name } = fact.automaton;
      const known = ways.get(name);
      ways.set(name, known === undefined ? way : known.slice(0, sharedSteps(known, way)));
    }
  }
  return [...ways].map(([name, steps]) => ({ name, steps }));
};
