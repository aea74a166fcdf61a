/**
 * The clauses of automata: one table of all that is known of each beside its grammar rule
 * (`grammar/parser/clauses.ts`, `grammar/format/clauses.ts`) and its meaning
 * (`src/language/evaluation/clauses.ts`). The lexer, the explanations of syntax errors,
 * equality, `explain`, completion, hover, colours and the reference take from here what they
 * need. A tag without a row, or a row without a rule, does not compile.
 */
import type { Argument, ClauseSpec } from "./clause-spec.ts";
import type { ClauseF } from "./syntax/clauses.ts";
import type { Term } from "./term.ts";

export type { Argument, ClauseSpec } from "./clause-spec.ts";

/** The tag of a clause's layer. */
export type ClauseTag = ClauseF<unknown>["_tag"];

/** The clauses in the order in which they are usually written. */
export const clauses = {
  Provides: {
    word: "provides",
    form: "provides PORT: PROTOCOL on tcp|udp NUMBER [from NUMBER]",
    doc: 'A port that it offers: clients ask at the first number. Where its program listens at another, that stands behind `from`. In `external NAME { … }` it says where that is: `at "HOST OR ADDRESS"`, or `at host` for this machine.',
    repeats: true,
    merges: true,
    self: false,
    insteadOutsideWith: null,
    fields: ["provides"],
    follows: "port",
    decides: null,
    options: { from: "NUMBER" },
  },
  Requires: {
    word: "requires",
    form: "requires PORT[?]: [each] PROTOCOL",
    doc: "What it needs of another automaton. `requires PORT?:` may stay unwired. With `each` it reaches every instance by itself: by the names `port-0`, `port-1`, …, of which `PORT_FILE` has the list.",
    repeats: true,
    merges: true,
    self: false,
    insteadOutsideWith: null,
    fields: ["requires"],
    follows: "port",
    decides: null,
    options: {},
  },
  Runs: {
    word: "runs",
    form: "runs [once] exec [ARGV…]",
    doc: "The program of each instance. Without one, an instance is a bare network namespace. With `once` it is a job: ready when it has ended with 0, and not run again.",
    repeats: false,
    merges: false,
    self: true,
    insteadOutsideWith: null,
    fields: ["runs", "once"],
    follows: { exec: "value", once: "word" },
    decides: null,
    options: {},
  },
  Env: {
    word: "env",
    form: "env { KEY = EXPR, … }",
    doc: "Variables of the environment of its program.",
    repeats: false,
    merges: true,
    self: true,
    insteadOutsideWith: null,
    fields: ["env"],
    follows: "block",
    decides: null,
    options: {},
  },
  Files: {
    word: "files",
    form: 'files { "PATH" = EXPR, … } [reload SIGNAL]',
    doc: "Files that each instance sees, with what the program says: text, or `{ text, mode, owner }`. With `reload` another text is put in their place while the program runs, and the signal tells it.",
    repeats: false,
    merges: true,
    self: true,
    insteadOutsideWith: null,
    fields: ["files", "reload"],
    follows: "block",
    decides: null,
    options: { reload: "SIGNAL" },
  },
  User: {
    word: "user",
    form: 'user "NAME[:GROUP]"',
    doc: "Whom its program runs as, by name or number. Without it: whoever started the system.",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["user"],
    follows: "value",
    decides: null,
    options: {},
  },
  Directory: {
    word: "directory",
    form: 'directory "PATH"',
    doc: "Where its program starts, relative to the folder of the file. Without it: that folder.",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["directory"],
    follows: "value",
    decides: null,
    options: {},
  },
  State: {
    word: "state",
    form: 'state NAME at "PATH" [formerly "NAME"]',
    doc: "A directory that each instance keeps: it is there again after a restart, an update and `down`.",
    repeats: true,
    merges: true,
    self: false,
    insteadOutsideWith: null,
    fields: ["state"],
    follows: "name",
    decides: null,
    options: { at: "PATH", formerly: "NAME" },
  },
  Scratch: {
    word: "scratch",
    form: 'scratch at "PATH" [size SIZE]',
    doc: "A directory in memory that is empty whenever an instance starts, of so many bytes at the most. `/tmp` is one always.",
    repeats: true,
    merges: true,
    self: false,
    insteadOutsideWith: null,
    fields: ["scratch"],
    follows: { at: "value" },
    decides: null,
    options: { size: "SIZE" },
  },
  Secret: {
    word: "secret",
    form: 'secret NAME = secret("NAME")',
    doc: "A file in /run/secrets that only its program's user may read, and that lies on no disk.",
    repeats: true,
    merges: true,
    self: false,
    insteadOutsideWith: null,
    fields: ["secrets"],
    follows: "name",
    decides: null,
    options: {},
  },
  Limits: {
    word: "limits",
    form: "limits { memory = SIZE, cpu = CORES, processes = NUMBER, files = NUMBER }",
    doc: "What each instance may use at the most: memory, processor cores, processes with their threads, and open files of a process.",
    repeats: false,
    merges: true,
    self: false,
    insteadOutsideWith: null,
    fields: ["limits"],
    follows: "block",
    decides: null,
    options: {},
  },
  Instances: {
    word: "instances",
    form: "instances EXPR [settle DURATION]",
    doc: "How many there are: a number, or an equation over `self`. Without it there is 1. Scaling down waits until less has been asked for `settle` long (30s).",
    repeats: false,
    merges: false,
    self: true,
    insteadOutsideWith: null,
    fields: ["instances", "settle"],
    follows: "value",
    decides: null,
    options: { settle: "DURATION" },
  },
  Health: {
    word: "health",
    form: 'health tcp | http "/path" | exec [ARGV…] [every DURATION] [timeout DURATION]',
    doc: "How an instance shows that it can serve.",
    repeats: false,
    merges: false,
    self: true,
    insteadOutsideWith: null,
    fields: ["health"],
    follows: { tcp: "nothing", http: "value", exec: "value" },
    decides: null,
    options: { every: "DURATION", timeout: "DURATION" },
  },
  Restart: {
    word: "restart",
    form: "restart always | on-failure | never",
    doc: "Whether an instance that ends begins anew (always).",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["restart"],
    follows: { always: "nothing", "on-failure": "nothing", never: "nothing" },
    decides: "an automaton restarts",
    options: {},
  },
  Update: {
    word: "update",
    form: "update roll | replace",
    doc: "Whether successors start before the instances that they replace end (roll), or each one when the one in its place is gone.",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["update"],
    follows: { roll: "nothing", replace: "nothing" },
    decides: "an automaton is updated by",
    options: {},
  },
  Hostname: {
    word: "hostname",
    form: 'hostname "NAME"',
    doc: "What `hostname` prints in an instance, by which its program finds itself. Without it: the name of the machine.",
    repeats: false,
    merges: false,
    self: true,
    insteadOutsideWith: null,
    fields: ["hostname"],
    follows: "value",
    decides: null,
    options: {},
  },
  Resolves: {
    word: "resolves",
    form: "resolves ipv4 | ipv6 | both",
    doc: "Of which family the address is that the names of its requirements resolve to (ipv4), or that it is both.",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["resolves"],
    follows: { ipv4: "nothing", ipv6: "nothing", both: "nothing" },
    decides: "the names of an automaton's requirements resolve to",
    options: {},
  },
  Stop: {
    word: "stop",
    form: "stop SIGNAL [within DURATION]",
    doc: "The signal that ends its program (SIGTERM), and how long it may take before SIGKILL (10s).",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["stop"],
    follows: "signal",
    decides: null,
    options: { within: "DURATION" },
  },
  Start: {
    word: "start",
    form: "start within DURATION",
    doc: "How long it may take to get ready. What is not ready by then has failed, and is started anew as `restart` says.",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["start"],
    follows: { within: "value" },
    decides: null,
    options: {},
  },
  After: {
    word: "after",
    form: "after AUTOMATON[.PORT], …",
    doc: "Its instances start only when all those of these automata are ready, or done; at an update they follow in this order.",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: null,
    fields: ["after"],
    follows: "value",
    decides: null,
    options: {},
  },
  Named: {
    word: "name",
    form: "name EXPR",
    doc: "The name of the automaton, inside of `with`.",
    repeats: false,
    merges: false,
    self: false,
    insteadOutsideWith: "An automaton's own name stands behind the word `automaton`.",
    fields: ["name"],
    follows: "value",
    decides: null,
    options: {},
  },
} as const satisfies Readonly<Record<ClauseTag, ClauseSpec>>;

type Specs = typeof clauses;
type KeyOf<T> = T extends unknown ? keyof T & string : never;
/** A word that a clause may have behind its own, where it is one of several. */
export type ClauseChoice = KeyOf<Exclude<Specs[ClauseTag]["follows"], string>>;

/** A word that begins a clause. */
export type ClauseKeyword = Specs[ClauseTag]["word"];
/** A word that goes on with a clause. */
export type ClauseOption = KeyOf<Specs[ClauseTag]["options"]>;
/** A field of an automaton's value that a clause gives. */
export type ClauseField = Specs[ClauseTag]["fields"][number];
/** The tags of all clauses, in the order of the table. */
export const clauseTags = Object.keys(clauses) as readonly ClauseTag[];

/** The tag of a clause; of one behind which a `for` stands, of what is repeated. */
export const tagOfClause = ({ node }: Term): ClauseTag =>
  (node._tag === "Repeated" ? node.children[0].node : node)._tag as ClauseTag;

/** The row of a tag. */
export const clauseOf = (tag: ClauseTag): ClauseSpec => clauses[tag];

/** The row of a tag of any layer; null where it is no clause's. */
export const clauseOfTag = (tag: string): ClauseSpec | null =>
  Object.hasOwn(clauses, tag) ? clauseOf(tag as ClauseTag) : null;

/** The rows in their order. */
export const specs: readonly ClauseSpec[] = clauseTags.map(clauseOf);
const byWord: ReadonlyMap<string, ClauseSpec> = new Map(specs.map((spec) => [spec.word, spec]));
const byOption: ReadonlyMap<string, ClauseSpec> = new Map(
  specs.flatMap((spec) => Object.keys(spec.options).map((word) => [word, spec] as const)),
);

/** The row of the clause that begins with a word. */
export const clauseOfWord = (word: string): ClauseSpec | null => byWord.get(word) ?? null;

/** The row of the clause that a word goes on with: of `settle` that of `instances`. */
export const clauseOfOption = (word: string): ClauseSpec | null => byOption.get(word) ?? null;

/** The words one of which follows a clause's own, with what stands behind each; null where other things follow. */
export const choiceOf = ({ follows }: ClauseSpec): Readonly<Record<string, Argument>> | null =>
  typeof follows === "string" ? null : follows;

/** The words that begin clauses. */
export const clauseKeywords: ReadonlySet<string> = new Set(byWord.keys());

/** The words that begin clauses of every automaton, not only inside of `with`. */
export const ownKeywords: readonly string[] = specs
  .filter(({ insteadOutsideWith }) => insteadOutsideWith === null)
  .map(({ word }) => word);

/** The words that go on with clauses. */
export const clauseOptions: ReadonlySet<string> = new Set(byOption.keys());

/** The clauses that give a field, by its name. */
export const tagOfField: ReadonlyMap<string, ClauseTag> = new Map(
  clauseTags.flatMap((tag) => clauses[tag].fields.map((field) => [field, tag] as const)),
);

/** The fields that clauses give, in the order of the table. */
export const clauseFields = [...tagOfField.keys()] as readonly ClauseField[];

/** The word that gives a field: of `settle` the option, of others the clause's. */
export const wordOfField = (field: ClauseField): string =>
  clauseOptions.has(field) ? field : clauses[tagOfField.get(field)!].word;
