/** Where each thing about an automaton comes from, as it is told to people and programs. */
import { wordOfField } from "../../core/clauses.ts";
import type { Fact } from "../../language/composition/composition.ts";
import { transportOf } from "../../language/member.ts";
import { type AutomatonValue, bodyFields } from "../../language/value.ts";
import type { Part } from "../explain.ts";
import type { Location } from "../locations.ts";
import type { Program } from "../program.ts";
import { plainValue } from "../reasons.ts";
import { placeOfStep, type Step, wordsOf } from "./step.ts";
import { lookup } from "./thunk.ts";
import { type Provenance, Provenances, type Traceable } from "./trace.ts";

/** A step of a provenance. */
export interface ReportedStep {
  /** `literal`, `argument`, `default`, `element`, `item`, `clause`, `with`, `branch`, `input`, … */
  readonly kind: string;
  /** In words: `argument n of service`. */
  readonly what: string;
  readonly place: Location;
  /** What it means now, of what makes a plain value. */
  readonly value?: unknown;
}

/** Where one thing about an automaton comes from. */
export interface ReportedProvenance {
  /** `automaton`, `instances`, `env.MODE`, `wire kv`, `publication 8080`. */
  readonly of: string;
  /** The innermost first. */
  readonly steps: readonly ReportedStep[];
}

/** Kinds of steps that say what a value is. */
const valued: ReadonlySet<Step["kind"]> = new Set([
  ...(["literal", "operator", "input", "self", "builtin", "expression"] as const),
]);

const plain: ReadonlySet<string> = new Set(["Quantity", "String", "Bool"]);

const toldStep = (program: Program, provenances: Provenances, step: Step): ReportedStep => {
  const { kind } = step;
  const told = { kind, what: wordsOf(step), place: placeOfStep(program.workspace, step) };
  const value =
    kind === "element"
      ? lookup(step.name, step.body.environment)?.value
      : valued.has(kind)
        ? provenances.evaluator.value(step.thunk)
        : undefined;
  return value !== undefined && plain.has(value._tag) ? { ...told, value: plainValue(value) } : told;
};

/** What can be asked of an automaton, each as it is called. */
const askedOf = (
  automaton: AutomatonValue,
  facts: readonly Fact[],
  part: Part | null,
): readonly (readonly [string, Traceable])[] => {
  const { name, env, provides, requires } = automaton;
  const clause = (word: string, of: string | null = null): readonly [string, Traceable] => [
    of === null ? word : `${word}.${of}`,
    { _tag: "Clause", automaton: name, attribute: { word, name: of } },
  ];
  const port = part?.kind === "port" ? part.name : null;
  const outside = facts.flatMap((fact): (readonly [string, Traceable])[] => {
    if (fact._tag === "Wire" && (port === null || fact.requirement === port))
      return [[`wire ${fact.requirement}`, { _tag: "Wire", from: name, requirement: fact.requirement }]];
    const isMeant =
      fact._tag === "Publish" &&
      fact.to.some((to) => to.automaton === name && (port === null || to.port === port));
    if (fact._tag !== "Publish" || !isMeant) return [];
    const { hostPort, to } = fact;
    return [[`publication ${hostPort}`, { _tag: "Publication", hostPort, transport: transportOf(to) }]];
  });
  if (port !== null) {
    const isMeant = (one: { readonly name: string }): boolean => one.name === port;
    const provided = provides.some(isMeant) ? [clause("provides", port)] : [];
    const required = requires.some(isMeant) ? [clause("requires", port)] : [];
    return [...provided, ...required, ...outside];
  }
  return [
    ["automaton", { _tag: "Automaton", name }],
    ...bodyFields.flatMap((field) => {
      if (field === "env") return [...env.keys()].map((variable) => clause("env", variable));
      if (field === "files") return automaton.files.size === 0 ? [] : [clause("files")];
      if (field === "scratch") return automaton.scratch.size === 0 ? [] : [clause("scratch")];
      if (field === "grants") return automaton.grants.length === 0 ? [] : [clause("grants")];
      if (field === "readOnly") return automaton.readOnly ? [clause("read-only")] : [];
      if (field === "shares") return automaton.shares.length === 0 ? [] : [clause("shares")];
      if (field === "once" || field === "reload") return []; // a word of `runs`
      if (field === "state") return automaton.state.map((one) => clause("state", one.name));
      if (field === "secrets") return automaton.secrets.map((one) => clause("secret", one.name));
      if (field === "after") return automaton.after.length === 0 ? [] : [clause("after")];
      return automaton[field] === null ? [] : [clause(wordOfField(field))];
    }),
    ...outside,
  ];
};

/** Where what there is about an automaton comes from, each by the first way that leads to it. */
export const provenancesOf = (
  program: Program,
  automaton: AutomatonValue,
  facts: readonly Fact[],
  part: Part | null,
): readonly ReportedProvenance[] => {
  const provenances = new Provenances(program);
  const told = new Map<string, ReportedProvenance>();
  for (const [of, asked] of askedOf(automaton, facts, part)) {
    if (told.has(of)) continue;
    const found: Provenance | undefined = provenances.traces(asked).next().value ?? undefined;
    if (found === undefined) continue;
    told.set(of, { of, steps: found.steps.map((step) => toldStep(program, provenances, step)) });
  }
  return [...told.values()];
};
