/** Whether a program is as a goal wants it: asked of one as it stands, and of one in a preview. */
import { parseExpression } from "../../grammar/expression.ts";
import { Terms } from "../core/term.ts";
import type { Target } from "../language/composition/composition.ts";
import { equal, identical } from "../language/equality.ts";
import { evaluateAmong } from "../language/evaluate.ts";
import type { AutomatonMember } from "../language/member.ts";
import type { AutomatonValue } from "../language/value.ts";
import { askCount, expressionFile } from "../program/ask.ts";
import type { Program } from "../program/program.ts";
import { Evaluator } from "../program/provenance/thunk.ts";
import { settingOf } from "../program/setting.ts";
import { clauseText, fieldsOfWord } from "./clause-text.ts";
import type { Goal } from "./goal.ts";

const memberOf = (program: Program, name: string): AutomatonMember | null => {
  const member = program.relations?.member(name) ?? null;
  return member?._tag === "Automaton" ? member : null;
};

/** How many instances an automaton asks for while nothing is observed. */
export const countOf = (program: Program, name: string): number | null => {
  const member = memberOf(program, name);
  return member === null ? null : askCount(program, member.automaton);
};

/** What an automaton would be if it said a clause; null where that fails. */
const changedBy = (program: Program, automaton: AutomatonValue, clause: string): AutomatonValue | null => {
  const { term } = parseExpression(`it with { ${clause} }`, new Terms());
  if (term === null) return null;
  const world = new Evaluator(program.workspace).worldOf(program.file);
  const site = { module: expressionFile, declaration: "", at: 0 };
  const { value, problems } = evaluateAmong(term, site, [["it", automaton]], world);
  const isWrong = problems.some(({ severity }) => severity !== "warning");
  return value._tag === "Automaton" && !isWrong ? value : null;
};

/** Whether an automaton says a clause already; null where the clause is wrong. */
export const says = (program: Program, goal: Goal & { readonly _tag: "Set" }): boolean | null => {
  const member = memberOf(program, goal.automaton);
  if (member === null) return false;
  const { automaton } = member;
  if (goal.word === "provides") {
    const port = automaton.provides.find(({ name }) => name === goal.name);
    return port !== undefined && String(port.number) === goal.text;
  }
  const wanted = changedBy(program, automaton, clauseText(goal));
  if (wanted === null) return null;
  return fieldsOfWord(goal.word).every((field) => identical(automaton[field], wanted[field]));
};

const isTo = (to: readonly Target[], automaton: string | null, port: string | null): boolean =>
  to.some(
    (one) => (automaton === null || one.automaton === automaton) && (port === null || one.port === port),
  );

/** Whether a program fulfils a goal. `before` is what it was, for goals that speak of that. */
export const isReached = (program: Program, goal: Goal, before: Remembered): boolean => {
  switch (goal._tag) {
    case "Scale":
      return countOf(program, goal.automaton) === goal.count;
    case "Set":
      return says(program, goal) === true;
    case "SetInput": {
      const { cells } = program.workspace;
      const setting = settingOf(program, goal.name, goal.text);
      const now = cells.input(goal.name).value ?? cells.exampleOf(goal.name);
      return setting._tag === "Input" && now !== undefined && equal(now, setting.value) === true;
    }
    case "Rename": {
      const now = memberOf(program, goal.to);
      return memberOf(program, goal.automaton) === null && now !== null && isInPlaceOf(now, before.member);
    }
    case "Delete":
      return program.relations !== null && memberOf(program, goal.automaton) === null;
    case "DeleteWire": {
      const member = memberOf(program, goal.from);
      if (member === null) return false;
      return member.wires.every(
        ({ requirement, to }) =>
          (goal.requirement !== null && requirement !== goal.requirement) || !isTo(to, goal.to, goal.port),
      );
    }
    case "DeletePublication":
      return program.relations?.publication(goal.hostPort, goal.transport) === false;
    case "Wire": {
      const wires = memberOf(program, goal.from)?.wires ?? [];
      return wires.some(
        ({ requirement, to }) =>
          (goal.requirement === null || requirement === goal.requirement) && isTo(to, goal.to, goal.port),
      );
    }
    case "Rewire": {
      const wire = memberOf(program, goal.from)?.wires.find(
        ({ requirement }) => requirement === goal.requirement,
      );
      if (wire === undefined || !wire.to.every((one) => isTo([one], goal.to, goal.port))) return false;
      return goal.to !== null || !identical(wire.to, before.wire);
    }
    case "Copy": {
      const [now, from] = [memberOf(program, goal.to), memberOf(program, goal.automaton)];
      return now !== null && from !== null && isAlike(now, from);
    }
    case "Publish": {
      const publications = memberOf(program, goal.automaton)?.publications ?? [];
      return publications.some(
        ({ hostPort, to }) => hostPort === goal.hostPort && isTo(to, goal.automaton, goal.port),
      );
    }
  }
};

/** What a goal needs to know of the program as it was. */
export interface Remembered {
  readonly member: AutomatonMember | null;
  readonly wire: readonly Target[] | null;
}

/** What to remember before an edit. */
export const remember = (program: Program, goal: Goal): Remembered => {
  const name = "automaton" in goal ? goal.automaton : "from" in goal ? goal.from : null;
  const member = name === null ? null : memberOf(program, name);
  const wire =
    goal._tag === "Rewire"
      ? member?.wires.find(({ requirement }) => requirement === goal.requirement)
      : undefined;
  return { member, wire: wire?.to ?? null };
};

/** Providers by what is asked of them; an automaton's own ports are its own, however it is called. */
const ownTargets = (to: readonly Target[], of: string): readonly unknown[] =>
  to.map(({ automaton, port, transport }) => [automaton === of ? "" : automaton, port, transport]);

/** Whether two automata are wired to the same providers. */
const isWiredAlike = (a: AutomatonMember, b: AutomatonMember): boolean =>
  a.wires.length === b.wires.length &&
  a.wires.every(({ requirement, to }, i) => {
    const other = b.wires[i]!;
    return other.requirement === requirement && identical(ownTargets(other.to, b.key), ownTargets(to, a.key));
  });

/** Whether two automata differ in nothing but their names. */
const isAlike = (a: AutomatonMember, b: AutomatonMember): boolean =>
  equal({ ...b.automaton, name: a.key }, a.automaton) === true && isWiredAlike(a, b);

/** Whether one stands where the other stood: with its ports, its wires, and as many instances. */
const isInPlaceOf = (a: AutomatonMember, b: AutomatonMember | null): boolean => {
  // There was none to stand in the place of: it is renamed already.
  if (b === null) return true;
  const ports = ({ automaton }: AutomatonMember): readonly string[] =>
    [...automaton.provides, ...automaton.requires].map(({ name, label }) => `${name}: ${label}`);
  const counts = equal({ ...b.automaton, instances: a.automaton.instances }, b.automaton);
  return identical(ports(a), ports(b)) && counts === true && isWiredAlike(a, b);
};
