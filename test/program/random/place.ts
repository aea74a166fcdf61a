/** Where an expression is written: below which number, how deep, and which names are bound there. */
import type { Random } from "../../random.ts";
import type { Kind, Scene } from "./scene.ts";

const deepest = 3;

/** What an expression is: numbers of all dimensions, lists of numbers and of texts, functions of numbers, … */
type Sort = "number" | "duration" | "size" | "text" | "boolean" | "list" | "texts" | "record" | "function";

/** How each is written: they are made of each other. */
export type Writers = Readonly<Record<Sort, (place: Place) => string>>;

export class Place {
  readonly #writers: Writers;
  readonly scene: Scene;
  /** Definitions of lower numbers may be named here. */
  readonly below: number;
  /** Names of numbers that are bound here. */
  readonly locals: readonly string[];
  /** Whether functions may be called: not in a function that calls one already, else calls would double. */
  readonly mayCall: boolean;
  readonly #depth: number;

  constructor(
    writers: Writers,
    scene: Scene,
    below: number,
    locals: readonly string[] = [],
    mayCall = true,
    depth = 0,
  ) {
    this.#writers = writers;
    this.scene = scene;
    this.below = below;
    this.locals = locals;
    this.mayCall = mayCall;
    this.#depth = depth;
  }

  /** Whether what is written may be at odds with what is there: in edits. */
  get mayBeOdd(): boolean {
    return this.scene.isEdited;
  }

  get random(): Random {
    return this.scene.random;
  }

  /** Whether nothing is to be written within what is written here. */
  get isFlat(): boolean {
    return this.#depth >= deepest;
  }

  get deeper(): Place {
    return this.#like(this.locals, this.mayCall, this.#depth + 1);
  }

  get withoutCalls(): Place {
    return this.#like(this.locals, false, this.#depth);
  }

  with(...locals: readonly string[]): Place {
    return this.#like([...this.locals, ...locals], this.mayCall, this.#depth);
  }

  #like(locals: readonly string[], mayCall: boolean, depth: number): Place {
    return new Place(this.#writers, this.scene, this.below, locals, mayCall, depth);
  }

  /** An expression that stands here. */
  some(sort: Sort): string {
    return this.#writers[sort](this);
  }

  /** A name of what is of a kind, of this file or another; null where there is none. */
  ref(kind: Kind): string | null {
    return this.scene.ref(kind, this.below);
  }

  /** One of this file whose number fits. */
  own(kind: Kind, fits?: (number: number) => boolean): string | null {
    return this.scene.own(kind, this.below, fits);
  }

  local(): string | null {
    return this.locals.length === 0 ? null : this.random.pick(this.locals);
  }
}
