/** The commands of the REPL, in the order of `:help`. */
import { nearest } from "../core/nearest.ts";
import { apply, events, explain, plan, status } from "./commands/live.ts";
import { doc, graph, type } from "./commands/look.ts";
import { automata, files, formats, inputs, type Offer } from "./commands/offers.ts";
import type { Desk } from "./desk.ts";

export interface ReplCommand {
  readonly name: string;
  readonly form: string;
  readonly what: string;
  /** What is completed behind it; an expression, where nothing is said. */
  readonly offer?: Offer;
  /** `leave`: the REPL ends. */
  readonly run: (desk: Desk, rest: string) => Promise<void> | void | "leave";
}

const help = ({ voice }: Desk): void => {
  const widest = Math.max(...commands.map(({ form }) => form.length));
  for (const { form, what } of commands)
    voice.write(`  ${voice.theme.name(form.padEnd(widest + 2))}${what}\n`);
  voice.write("Anything else is an expression or declarations; a beginning of a command is enough.\n");
};

const load = async (desk: Desk, file: string): Promise<void> => {
  if (file === "") desk.voice.complain(":load needs a file");
  else await desk.load(file);
};

const reload = async (desk: Desk): Promise<void> => {
  if (desk.file === null) desk.voice.complain("there is no file to read again", ":load FILE reads one");
  else await desk.load(desk.file);
};

const set = async (desk: Desk, rest: string): Promise<void> => {
  const at = rest.indexOf("=");
  if (at < 1) desk.voice.complain(":set needs NAME=VALUE");
  else await desk.set(rest.slice(0, at).trim(), rest.slice(at + 1).trim());
};

export const commands: readonly ReplCommand[] = [
  { name: "help", form: ":help", what: "this list", run: help },
  { name: "type", form: ":type EXPR", what: "what an expression is", run: type },
  { name: "doc", form: ":doc NAME", what: "what is known of a name", run: doc },
  { name: "load", form: ":load FILE", what: "work on another file", run: load, offer: files },
  { name: "reload", form: ":reload", what: "read the file again, without what was entered", run: reload },
  { name: "plan", form: ":plan", what: "what applying would change", run: plan },
  { name: "apply", form: ":apply", what: "make the system what the program says", run: apply },
  { name: "set", form: ":set NAME=VALUE", what: "set a live input", run: set, offer: inputs },
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
export const commandFor = (word: string, { voice }: Desk): ReplCommand | null => {
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
  voice.complain(`there is no command :${word}`, hint);
  return null;
};
