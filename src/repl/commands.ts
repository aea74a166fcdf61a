/** The commands of the REPL, in the order of `:help`. */
import { nearest } from "../core/nearest.ts";
import { automata, type Completer, files, formats, goals, inputs } from "./commands/completers.ts";
import { edit } from "./commands/edit.ts";
import { apply, events, explain, plan, status } from "./commands/live.ts";
import { doc, graph, type } from "./commands/look.ts";
import type { ReplContext } from "./context.ts";

export interface ReplCommand {
  readonly name: string;
  readonly form: string;
  readonly what: string;
  /** What is completed behind it; an expression, where nothing is said. */
  readonly offer?: Completer;
  /** `leave`: the REPL ends. */
  readonly run: (context: ReplContext, rest: string) => Promise<void> | void | "leave";
}

const help = ({ output }: ReplContext): void => {
  const widest = Math.max(...commands.map(({ form }) => form.length));
  for (const { form, what } of commands)
    output.write(`  ${output.theme.name(form.padEnd(widest + 2))}${what}\n`);
  output.write("Anything else is an expression or declarations; a beginning of a command is enough.\n");
};

const load = async (context: ReplContext, file: string): Promise<void> => {
  if (file === "") context.output.reportError(":load needs a file");
  else await context.load(file);
};

const reload = async (context: ReplContext): Promise<void> => {
  if (context.file === null)
    context.output.reportError("there is no file to read again", ":load FILE reads one");
  else await context.load(context.file);
};

const set = async (context: ReplContext, rest: string): Promise<void> => {
  const at = rest.indexOf("=");
  if (at < 1) context.output.reportError(":set needs NAME=VALUE");
  else await context.set(rest.slice(0, at).trim(), rest.slice(at + 1).trim());
};

export const commands: readonly ReplCommand[] = [
  { name: "help", form: ":help", what: "this list", run: help },
  { name: "type", form: ":type EXPR", what: "what an expression is", run: type },
  { name: "doc", form: ":doc NAME", what: "what is known of a name", run: doc },
  { name: "load", form: ":load FILE", what: "work on another file", run: load, offer: files },
  { name: "reload", form: ":reload", what: "read the file again, without what was entered", run: reload },
  { name: "plan", form: ":plan [-i NAME=VALUE]", what: "what applying would change", run: plan },
  {
    name: "apply",
    form: ":apply [-i NAME=VALUE]",
    what: "make the system what the program says",
    run: apply,
  },
  { name: "set", form: ":set NAME=VALUE", what: "set a live input", run: set, offer: inputs },
  {
    name: "edit",
    form: ":edit GOAL",
    what: "change the text by what the system is to be: scale cart 5",
    run: edit,
    offer: goals,
  },
  {
    name: "explain",
    form: ":explain NAME",
    what: "what an automaton was computed from",
    run: explain,
    offer: automata,
  },
  { name: "graph", form: ":graph [mermaid]", what: "draw the system", run: graph, offer: formats },
  { name: "status", form: ":status", what: "the system as it is in the world", run: status },
  { name: "events", form: ":events", what: "show what happens from now on; again: no more", run: events },
  { name: "quit", form: ":quit", what: "leave", run: () => "leave" },
];

/** The commands that a word can mean: the one of that name, or all that begin so. */
export const commandsFor = (word: string): readonly ReplCommand[] => {
  const found = commands.filter(({ name }) => name.startsWith(word) && word !== "");
  return found.some(({ name }) => name === word) ? found.filter(({ name }) => name === word) : found;
};

/** The command of that name or beginning; null after saying that there is none. */
export const commandFor = (word: string, { output }: ReplContext): ReplCommand | null => {
  const found = commandsFor(word);
  if (found.length === 1) return found[0]!;
  const meant = nearest(
    word,
    commands.map(({ name }) => name),
  );
  const hint =
    found.length > 1
      ? `it could be ${found.map(({ name }) => `:${name}`).join(", ")}`
      : meant === null
        ? ":help lists them"
        : `did you mean :${meant}?`;
  output.reportError(`there is no command :${word}`, hint);
  return null;
};
