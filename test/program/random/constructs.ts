/** Every construct of the language, and which of them a text has. */
import { Document } from "../../../grammar/document.ts";
import { levels } from "../../../grammar/parser/operators.ts";
import {
  type Health,
  type Provides,
  partsOfProvides,
  type Resolves,
  type Restart,
  type Update,
} from "../../../src/core/syntax/clauses.ts";
import { type Unary, unitNames } from "../../../src/core/syntax/expressions.ts";
import type { Tag } from "../../../src/core/syntax.ts";
import { type Term, Terms } from "../../../src/core/term.ts";
import { builtins } from "../../../src/language/builtins/builtins.ts";
import { hostCells, selfCells, selfFields } from "../../../src/language/evaluation/cells.ts";
import { basePayloads } from "../../../src/language/names.ts";

/** Lists all of a union: one that is missing does not compile. */
const allOf = <T extends string>(all: Readonly<Record<T, true>>): readonly string[] => Object.keys(all);

const tags = allOf<Tag>({
  ...({ Num: true, Str: true, Bool: true, Name: true, List: true, Chunk: true, Spread: true } as const),
  ...({
    Comprehension: true,
    Repeated: true,
    For: true,
    Filter: true,
    Record: true,
    Entry: true,
    Fn: true,
  } as const),
  ...({ Param: true, If: true, Let: true, Chain: true, Unary: true, With: true, Call: true } as const),
  ...({ Arg: true, Field: true, Index: true, Automaton: true } as const),
  ...({
    Provides: true,
    Requires: true,
    Runs: true,
    Schedule: true,
    Env: true,
    Instances: true,
    Health: true,
  } as const),
  ...({
    Restart: true,
    Update: true,
    User: true,
    State: true,
    Scratch: true,
    Secret: true,
    Files: true,
    FileEntry: true,
    Limits: true,
    Grants: true,
    Grant: true,
    ReadOnly: true,
    Shares: true,
    Directory: true,
    Stop: true,
    Start: true,
    Hostname: true,
    Resolves: true,
    After: true,
    Named: true,
  } as const),
  ...({ Send: true, Receive: true, Select: true, Offer: true, Branch: true, Mu: true, End: true } as const),
  ...({ Dual: true, Then: true, Path: true, ListOf: true, RecordOf: true, FieldOf: true } as const),
  ...({ Import: true, Imported: true, LetDecl: true, TypeDecl: true, ProtocolDecl: true } as const),
  ...({ AutomatonDecl: true, SystemDecl: true } as const),
});

const each = (prefix: string, all: Iterable<string>): readonly string[] =>
  [...all].map((one) => `${prefix} ${one}`);

/** Each construct by a name. */
export const constructs: ReadonlySet<string> = new Set([
  ...tags,
  ...each("Chain", levels.flat()),
  ...each("Unary", allOf<Unary<never>["op"]>({ "-": true, "!": true })),
  ...each("Num", unitNames),
  ...each("Bool", ["true", "false"]),
  ...["Provides at", "Provides computed", "Requires computed", "Arg computed", "AutomatonDecl external"],
  ...each("Provides", allOf<Provides<never>["transport"]>({ tcp: true, udp: true })),
  ...each("Health", allOf<Health<never>["how"]>({ tcp: true, http: true, grpc: true, exec: true })),
  ...each("Health", ["argument", "every", "timeout", "failures", "successes"]),
  ...each("Restart", allOf<Restart<never>["policy"]>({ always: true, "on-failure": true, never: true })),
  ...each("Update", allOf<Update<never>["policy"]>({ roll: true, replace: true })),
  ...each("Resolves", allOf<Resolves<never>["family"]>({ ipv4: true, ipv6: true, both: true })),
  ...[
    "Requires optional",
    "Requires each",
    "Provides from",
    "Provides to",
    "Instances settle",
    "LetDecl callable",
    "Let callable",
    "Param default",
  ],
  ...["Import as", "Import names", "Import sealed", "Str with values", "Path of a module"],
  ...each("built in", builtins.keys()),
  ...each("payload", basePayloads),
  ...each("self", [...selfCells.keys(), ...selfFields]),
  ...["provides port", "requires host", "requires port", "requires addr"],
  ...each("host", hostCells.keys()),
]);

const isNamed = ({ node }: Term, name: string): boolean => node._tag === "Name" && node.name === name;

/** What of a term is more than its tag. */
const details = ({ node }: Term): readonly (string | false)[] => {
  switch (node._tag) {
    case "Chain":
      return node.ops;
    case "Unary":
      return [node.op];
    case "Num":
      return [node.unit ?? false];
    case "Bool":
      return [`${node.value}`];
    case "Provides":
      return [
        node.transport,
        node.to && "to",
        partsOfProvides(node).listens !== null && "from",
        node.at && "at",
        node.name === null && "computed",
      ];
    case "Arg":
      return [node.name === null && "computed"];
    case "AutomatonDecl":
      return [node.external && "external"];
    case "Health":
      return [
        node.how,
        node.argument && "argument",
        node.every && "every",
        node.timeout && "timeout",
        node.failures && "failures",
        node.successes && "successes",
      ];
    case "Restart":
    case "Update":
      return [node.policy];
    case "Resolves":
      return [node.family];
    case "Requires":
      return [node.optional && "optional", node.each && "each", node.name === null && "computed"];
    case "Instances":
      return [node.children.length > 1 && "settle"];
    case "LetDecl":
    case "Let":
      return [node.callable && "callable"];
    case "Param":
      return [node.children.length > 0 && "default"];
    case "Import":
      return [node.as === null ? "names" : "as", node.sha256 !== null && "sealed"];
    case "Str":
      return [node.children.length > 0 && "with values"];
    case "Path":
      return [node.names.length > 1 && !basePayloads.has(node.names[0]!) && "of a module"];
    default:
      return [];
  }
};

/** Adds the names of all constructs in a text. */
export const noteConstructs = (text: string, found: Set<string>): void => {
  const todo: Term[] = [...Document.parse(text, new Terms()).declarations].flatMap(({ term }) => term ?? []);
  for (let term = todo.pop(); term !== undefined; term = todo.pop()) {
    const { node } = term;
    found.add(node._tag);
    for (const detail of details(term)) if (detail !== false) found.add(`${node._tag} ${detail}`);
    const [first] = node.children as readonly Term[];
    if (node._tag === "Call" && first?.node._tag === "Name") found.add(`built in ${first.node.name}`);
    if (node._tag === "Path") found.add(`payload ${node.names[0]}`);
    for (const of of ["self", "host"])
      if (node._tag === "Field" && isNamed(first!, of)) found.add(`${of} ${node.name}`);
    for (const of of ["provides", "requires"])
      if (node._tag === "Field" && first!.node._tag === "Field" && isNamed(first!.node.children[0], of))
        found.add(`${of} ${node.name}`);
    todo.push(...(node.children as readonly Term[]));
  }
};
