/**
 * The laws of edits, over generated programs and goals. Each edit that is offered is really
 * applied once: what was shown is what changes, and the goal holds.
 *
 * By hand: `LAWS_RUNS` programs from `LAWS_SEED` on.
 */
import test from "ava";
import fc from "fast-check";
import { commentsIn } from "../../grammar/format/items.ts";
import { format } from "../../grammar/printer.ts";
import { type Choice, editsFor } from "../../src/edits/edits.ts";
import { describeGoal, type Goal } from "../../src/edits/goal.ts";
import { noHistory, recorded, undo } from "../../src/edits/history.ts";
import { isReached, remember } from "../../src/edits/reached.ts";
import { defaultLimits } from "../../src/language/world.ts";
import type { Program } from "../../src/program/program.ts";
import { main } from "../program/random/file.ts";
import { Files } from "../program/random/files.ts";
import { opened } from "../program/random/opening.ts";
import { Random } from "../random.ts";
import { randomGoal } from "./random-goal.ts";

const runs = Number(process.env.LAWS_RUNS ?? 25);
const seed = Number(process.env.LAWS_SEED ?? 1);

type Texts = ReadonlyMap<string, string>;

const open = (texts: Texts): Program =>
  opened({
    texts: () => texts,
    cells: { inputs: new Map(), cells: new Map() },
    limits: defaultLimits,
    system: undefined,
    keepSystem: false,
  });

/** Some comments, so that they can be lost. */
const commented = (random: Random, text: string): string =>
  text.replace(/\n(?=\n)/g, (end) => (random.once(4) ? ` -- note ${random.below(100)}${end}` : end));

/** A program without errors, at times as `fmt` writes it. */
const programOf = (random: Random): { readonly program: Program; readonly texts: Texts } => {
  for (;;) {
    const files = new Files(random, 12 + random.below(25), random.below(2), new Random(random.below(1e9)));
    const isTidy = random.once(2);
    const texts = new Map(
      [...files.given].map(([file, text]) => {
        const noted = file === main ? commented(random, text) : text;
        const made = isTidy ? format(noted) : null;
        return [file, made?._tag === "Formatted" && file === main ? made.text : noted] as const;
      }),
    );
    const program = open(texts);
    const { diagnostics } = program.start();
    if (diagnostics.every(({ severity }) => severity === "warning") && program.system !== null)
      return { program, texts };
  }
};

const stateOf = (program: Program): string =>
  JSON.stringify([
    [...program.resources()],
    program.diagnostics,
    [...program.workspace.modules].map(([file, { document }]) => [file, document.text]),
  ]);

const operationsOf = (operations: Choice["operations"]): readonly string[] =>
  operations.map((one) => JSON.stringify([one.op, one.key, one.before, one.after])).sort();

const comments = (text: string): readonly string[] =>
  commentsIn(text)
    .map(({ start, end }) => text.slice(start, end))
    .sort();

/** Comments of a text that another has less often. */
const lostBetween = (before: string, after: string): readonly string[] => {
  const left = [...comments(after)];
  return comments(before).filter((comment) => {
    const at = left.indexOf(comment);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
};

const isTidy = (text: string): boolean => {
  const made = format(text);
  return made._tag === "Formatted" && made.text === text;
};

const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

/** Applies a choice, checks what it said, and takes it back. */
const checkChoice = (program: Program, goal: Goal, choice: Choice): string | null => {
  const start = stateOf(program);
  const before = remember(program, goal);
  const apply = (texts: readonly (readonly [string, string])[]) => program.updateAll(texts);
  const undoInputs = choice.inputs.length > 0;
  if (undoInputs) return null;
  const { diagnostics, operations } = apply(choice.texts.map(({ file, after }) => [file, after] as const));
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) return `there are errors: ${JSON.stringify(wrong)}`;
  if (JSON.stringify(operationsOf(operations)) !== JSON.stringify(operationsOf(choice.operations)))
    return "what changed is not what was shown";
  if (!isReached(program, goal, before)) return "the goal does not hold";
  const again = editsFor(program, goal);
  // To any other provider: there is always another.
  const isOpen = goal._tag === "Rewire" && goal.to === null;
  if (!isOpen && again._tag !== "Reached") return `what holds gives an edit: ${again._tag}`;
  for (const { before: was, after } of choice.texts) {
    if (isTidy(was) && !isTidy(after)) return "formatted did not stay formatted";
    const lost = lostBetween(was, after).filter((comment) => !choice.lost.includes(comment));
    if (lost.length > 0) return `comments are lost: ${lost.join(", ")}`;
  }
  const history = recorded(noHistory, describeGoal(goal), choice.texts);
  const back = undo(history, (file) => program.workspace.modules.get(file)?.document.text ?? null);
  if (back._tag === "Left") return `it cannot be undone: ${back.left._tag}`;
  apply(back.right.texts.map(({ file, after }) => [file, after] as const));
  return stateOf(program) === start ? null : "undo does not restore what was";
};

test("every edit that is offered does what it says, and can be undone", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (number) => {
      const random = new Random(number);
      const { program, texts } = programOf(random);
      for (let i = 0; i < 4; i++) {
        const goal = randomGoal(random, program);
        if (goal === null) continue;
        const start = stateOf(program);
        const edits = editsFor(program, goal);
        const told = `${describeGoal(goal)} in\n${texts.get(main)}`;
        if (stateOf(program) !== start) throw new Error(`a preview changed something: ${told}`);
        count(`${goal._tag} ${edits._tag}`);
        if (edits._tag !== "Found") continue;
        for (const choice of edits.choices) {
          const wrong = checkChoice(program, goal, choice);
          if (wrong !== null) throw new Error(`${wrong}: "${choice.title}" of ${told}`);
          count("choices");
        }
      }
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
  t.log(Object.fromEntries([...counts].sort()));
  t.true(counts.get("choices")! > runs, "edits are found");
  for (const kind of ["Scale", "Set", "Delete", "Rename", "Copy", "Publish", "SetInput"])
    t.true((counts.get(`${kind} Found`) ?? 0) > 0, kind);
});

test("a copy that is deleted leaves the text as it was, byte for byte", (t) => {
  let copied = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (number) => {
      const random = new Random(number);
      const { program, texts } = programOf(random);
      const names = [...program.augmentation.tree].flatMap(({ key, member }) =>
        member._tag === "Automaton" ? [key] : [],
      );
      if (names.length === 0) return;
      const automaton = random.pick(names);
      const copy = editsFor(program, { _tag: "Copy", automaton, to: "twin" });
      if (copy._tag !== "Found") return;
      copied++;
      program.updateAll(copy.choices[0]!.texts.map(({ file, after }) => [file, after] as const));
      const gone = editsFor(program, { _tag: "Delete", automaton: "twin" });
      if (gone._tag !== "Found") throw new Error(`it cannot be deleted: ${JSON.stringify(gone)}`);
      for (const { file, after } of gone.choices[0]!.texts)
        if (after !== texts.get(file))
          throw new Error(`${file} of copying ${automaton}:\n${texts.get(file)}\n---\n${after}`);
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
  t.true(copied > runs / 2);
});
