/** Edits that are asked for on a page of the inspector: as `architect edit` makes them. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Choice, editsFor } from "../../edits/edits.ts";
import { describeGoal, type Refusal } from "../../edits/goal.ts";
import { hashOf } from "../../edits/hash.ts";
import { readGoal } from "../../edits/read-goal.ts";
import type { Editing, Offer, TurnedEdit } from "../../inspector/editing.ts";
import type { PageRefusal } from "../../inspector/protocol.ts";
import type { Program } from "../../program/program.ts";
import { renderChoice, renderTexts } from "../render/edit.ts";
import { theme } from "../render/theme.ts";
import type { ReportedError } from "../report-error.ts";
import { readSource } from "../source.ts";
import type { Stream, Terminal } from "../terminal.ts";
import { applied, fromHere, type Running, turn as turnEdit } from "./apply.ts";

/** What a page edits. */
export interface Edited {
  readonly system: string;
  /** As its text says it now; null: it has errors, or is not known. */
  readonly program: () => Promise<Program | null>;
  /** Sets inputs where it runs. */
  readonly running: Pick<Running, "ask">;
  /** Keeps what is said of the history of edits. */
  readonly terminal: Terminal;
}

const plain = theme(false);

const refusedBy = ({ message, hints }: Refusal): PageRefusal => ({
  message,
  ...(hints.length === 0 ? {} : { hint: hints.join("; or ") }),
});

const refused = ({ message, hint }: ReportedError): PageRefusal => ({
  message,
  ...(hint === undefined ? {} : { hint }),
});

const noProgram: PageRefusal = {
  message: "the text cannot be edited now",
  hint: "it has errors, or nobody supervises the system",
};

/** A stream that keeps what it is given. */
const keeping = (of: Stream): Stream & { readonly text: () => string } => {
  let all = "";
  const write = (text: string): void => {
    all += text;
  };
  return { ...of, ...{ live: false, colour: false, columns: () => null, write }, text: () => all };
};

/** What was offered last. */
interface Offered {
  readonly number: number;
  readonly file: string;
  readonly goal: string;
  readonly choices: readonly Choice[];
}

/** The edits of one system. */
export const editingOf = ({ system, program, running, terminal }: Edited): Editing => {
  let offered: Offered = { number: 0, file: "", goal: "", choices: [] };
  const propose = async (wanted: string): Promise<Either<PageRefusal, Offer>> => {
    const now = await program();
    if (now === null) return left(noProgram);
    const goal = readGoal(now, wanted.trim());
    if (isLeft(goal)) return left(refusedBy(goal.left));
    const edits = editsFor(now, goal.right);
    if (edits._tag === "Refused") return left(refusedBy(edits.refusal));
    const choices = edits._tag === "Reached" ? [] : edits.choices;
    offered = { number: offered.number + 1, file: now.file, goal: describeGoal(goal.right), choices };
    return right({
      offer: offered.number,
      choices: choices.map((choice) => ({
        title: choice.title,
        text: renderChoice(choice, system, null, plain),
      })),
    });
  };
  const choose = async (offer: number, index: number): Promise<Either<PageRefusal, string>> => {
    const choice = offer === offered.number ? offered.choices[index] : undefined;
    if (choice === undefined) return left({ message: "this was offered before another: look again" });
    const changed = choice.texts.find(({ file, hash }) => {
      const now = readSource(file);
      return isLeft(now) || hashOf(now.right.text) !== hash;
    });
    if (changed !== undefined)
      return left({
        message: `${changed.file} was changed meanwhile`,
        hint: "look again: it may be otherwise now",
      });
    const said = keeping(terminal.err);
    const wrong = await applied(offered.file, offered.goal, choice, running, { ...terminal, err: said });
    if (wrong !== null) return left(refused(wrong));
    return brought(`${offered.goal}: done`, said.text());
  };
  /** What runs follows the text at once. */
  const brought = async (done: string, said: string): Promise<Either<PageRefusal, string>> => {
    const answer = await running.ask("reload", {});
    if (isLeft(answer))
      return left({ message: `the text is changed, but not applied: ${answer.left.message}` });
    const [failure] = answer.right.failures;
    if (failure !== undefined) return left({ message: `the text is changed, but ${failure.message}` });
    return right([done, said.trim()].filter((text) => text !== "").join("; "));
  };
  const turn = async (way: "undo" | "redo", isTried: boolean): Promise<Either<PageRefusal, TurnedEdit>> => {
    const file = (await program())?.file ?? offered.file;
    if (file === "") return left(noProgram);
    const turnedEdit = turnEdit(file, way, isTried, terminal);
    if (isLeft(turnedEdit)) return left(refused(turnedEdit.left));
    const { goal, texts } = turnedEdit.right;
    const made = { goal, text: renderTexts(texts.map(fromHere), plain) };
    if (isTried) return right(made);
    const done = await brought("", "");
    return isLeft(done) ? done : right(made);
  };
  return { propose, choose, turn };
};
