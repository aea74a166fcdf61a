/**
 * An automaton that a definition declares, split into its face and its body. What is
 * composed with it reads the face: its name and ports. So a changed body (its command,
 * its instances, …) is evaluated once, where it is written, and not in the thousand
 * compositions that name the automaton. Whoever does read the body is noted as a reader
 * of it.
 */
import type { Graph } from "../core/incremental.ts";
import { Cell, labelled, type Read } from "../core/node.ts";
import { Sweeping } from "../core/sweeping.ts";
import type { Made } from "../language/composition/coerce.ts";
import { DeclaredEnds } from "../language/composition/face.ts";
import { identical } from "../language/equality.ts";
import { type AutomatonBody, type AutomatonValue, bodyFields, type Value } from "../language/value.ts";
import type { Definition } from "./definition.ts";

const sameBody = (a: AutomatonValue, b: AutomatonValue): boolean => identical(a, b);

const sameFace = (a: AutomatonValue, b: AutomatonValue): boolean =>
  a.name === b.name &&
  identical(a.provides, b.provides) &&
  identical(a.requires, b.requires) &&
  identical(a.site, b.site);

/** An automaton as it is now, in a cell that notes its readers. */
class Plain extends Cell<AutomatonValue> {
  readonly handles: Handles;

  constructor(value: AutomatonValue, handles: Handles) {
    super(value);
    this.handles = handles;
  }
}

/** To its readers a plain automaton; its body is always the current one (see below). */
class Handle {
  readonly _tag = "Automaton";
  readonly name: AutomatonValue["name"];
  readonly provides: AutomatonValue["provides"];
  readonly requires: AutomatonValue["requires"];
  readonly site: AutomatonValue["site"];
  readonly made: Made;
  readonly #plain: Plain;

  constructor({ name, provides, requires, site }: AutomatonValue, plain: Plain) {
    this.name = name;
    this.provides = provides;
    this.requires = requires;
    this.site = site;
    this.made = { ends: plain.handles.ends, composition: null };
    this.#plain = plain;
  }

  /** Where it has it. */
  static plainOf(automaton: AutomatonValue): Plain | undefined {
    return automaton instanceof Handle ? automaton.#plain : undefined;
  }

  get body(): AutomatonBody {
    return this.#plain.handles.readPlain(this.#plain);
  }
}

for (const field of bodyFields)
  Object.defineProperty(Handle.prototype, field, {
    get(this: Handle) {
      return this.body[field];
    },
  });

/** A handle has all fields of an automaton: its own, and those of its body from the prototype. */
const handleOf = (value: AutomatonValue, plain: Plain): AutomatonValue =>
  new Handle(value, plain) as unknown as AutomatonValue;

/** The handles of all automata that a program declares. */
export class Handles {
  readonly #graph: Graph;
  /** Notes reads for the node that runs now. */
  #read: Read | null = null;
  readonly ends = new DeclaredEnds();
  readonly #sweeping = new Sweeping(1024);
  #changed = new Map<string, Definition>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Whether there are twice as many ends as when those were forgotten that nothing declares. */
  get full(): boolean {
    return this.#sweeping.isDue(this.ends.size);
  }

  /** Forgets the ends of all automata but those that are among `values`. */
  sweep(values: Iterable<Value | undefined>): void {
    const names = new Set<string>();
    for (const value of values) if (value?._tag === "Automaton") names.add(value.name);
    this.ends.keep(names);
    this.#sweeping.done(this.ends.size);
  }

  /** Names of automata whose body changed since the last call, each with its declaration. */
  takeChanged(): ReadonlyMap<string, Definition> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
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
    return Handle.plainOf(automaton)?.value ?? automaton;
  }

  /** What a definition's value is known as: the same handle as before, if its face is the same. */
  take(definition: Definition, value: Value): Value {
    const before = definition.node.value;
    if (value._tag !== "Automaton" || value instanceof Handle) return value;
    const cell = before instanceof Handle ? Handle.plainOf(before) : undefined;
    if (cell === undefined || !sameFace(cell.value, value)) return this.#make(definition, value);
    if (!sameBody(cell.value, value)) {
      this.#graph.set(cell, value);
      this.#changed.set(value.name, definition);
    }
    return before!;
  }

  #make(definition: Definition, value: AutomatonValue): AutomatonValue {
    return handleOf(value, labelled(new Plain(value, this), definition));
  }
}
