/**
 * An automaton that a definition declares, split into its face and its body. What is
 * composed with it reads the face: its name and ports. So a changed body (its command,
 * its instances, …) is evaluated once, where it is written, and not in the thousand
 * compositions that name the automaton. Whoever does read the body is noted as a reader
 * of it, by accessors that look like the plain fields.
 */
import { Cell, type Graph, labelled, type Read } from "../core/incremental.ts";
import { identical } from "../language/equality.ts";
import type { AutomatonValue, Value } from "../language/value.ts";
import type { Definition } from "./definition.ts";

const bodyFields = ["runs", "env", "instances", "settle", "health", "restart"] as const;
type Body = Pick<AutomatonValue, (typeof bodyFields)[number]>;

const sameBody = (a: AutomatonValue, b: AutomatonValue): boolean => identical(a, b);

const sameFace = (a: AutomatonValue, b: AutomatonValue): boolean =>
  a.name === b.name && identical({ ...b, ...bodyOf(a) }, a);

const bodyOf = (value: AutomatonValue): Body => {
  const { runs, env, instances, settle, health, restart } = value;
  return { runs, env, instances, settle, health, restart };
};

/** An automaton as it is now, and who notes that it is read. */
class Plain extends Cell<AutomatonValue> {
  readonly handles: Handles;

  constructor(value: AutomatonValue, handles: Handles) {
    super(value);
    this.handles = handles;
  }
}

/** Where a handle has it. Not enumerable, so that no copy of a handle is one. */
const plain = Symbol("plain");
type Handle = AutomatonValue & { readonly [plain]?: Plain };

/** The same for every handle there is, so that all are of one shape and none has closures of its own. */
const accessors: PropertyDescriptorMap = Object.fromEntries(
  bodyFields.map((field) => {
    const get = function (this: Handle): unknown {
      const cell = this[plain]!;
      return cell.handles.readPlain(cell)[field];
    };
    return [field, { enumerable: true, get }];
  }),
);

export class Handles {
  readonly #graph: Graph;
  /** Notes reads for the node that runs now. */
  #read: Read | null = null;
  /** Names of automata whose body changed since this was last emptied, each with who declares it. */
  readonly changed = new Map<string, Definition>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Runs a computation whose reads of bodies are noted by `read`. */
  reading<T>(read: Read, compute: () => T): T {
    const before = this.#read;
    this.#read = read;
    try {
      return compute();
    } finally {
      this.#read = before;
    }
  }

  readPlain(cell: Cell<AutomatonValue>): AutomatonValue {
    return this.#read === null ? cell.value : this.#read(cell);
  }

  /** The automaton with its body as it is now, all plain fields. */
  plain(automaton: AutomatonValue): AutomatonValue {
    return (automaton as Handle)[plain]?.value ?? automaton;
  }

  /** What a definition's value is known as: the same handle as before, if its face is the same. */
  take(definition: Definition, value: Value): Value {
    const before = definition.node.value;
    if (value._tag !== "Automaton" || plain in value) return value;
    const cell = before?._tag === "Automaton" ? (before as Handle)[plain] : undefined;
    if (cell === undefined || !sameFace(cell.value, value)) return this.#make(definition, value);
    if (!sameBody(cell.value, value)) {
      this.#graph.set(cell, value);
      this.changed.set(value.name, definition);
    }
    return before!;
  }

  #make(definition: Definition, value: AutomatonValue): AutomatonValue {
    const cell = labelled(new Plain(value, this), definition);
    const { _tag, name, provides, requires, site } = value;
    const handle = { _tag, name, provides, requires, site } as AutomatonValue;
    Object.defineProperty(handle, plain, { value: cell });
    return Object.defineProperties(handle, accessors);
  }
}
