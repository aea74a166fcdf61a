/** Random programs: declarations of every kind, in such shares as programs have them. */
import type { Random } from "../../random.ts";
import { automatonDeclaration, makerDeclaration } from "./automata.ts";
import { system, wire } from "./composing.ts";
import { expressions } from "./expressions.ts";
import { functionDeclaration } from "./functions.ts";
import { duration, number, size } from "./numbers.ts";
import { Place } from "./place.ts";
import { classes, type Kind, kinds, libraries, named, Scene } from "./scene.ts";
import { payload, protocolsOf, session, sessionOfClass } from "./sessions.ts";
import { boolean, list, record, text, texts } from "./values.ts";

/** How many of a hundred declarations are of a kind; an automaton comes with a composition. */
const shares: Readonly<Partial<Record<Kind, number>>> = {
  ...{ n: 15, q: 4, z: 2, t: 8, b: 6, l: 7, v: 3, o: 5 },
  ...{ f: 7, h: 1, r: 1, y: 1, T: 3, P: 3, k: 3, a: 16 },
};
const pot = kinds.flatMap((kind) => Array<Kind>(shares[kind] ?? 0).fill(kind));
/** What a file has that is imported: nothing that is wired. */
const libraryPot = pot.filter((kind) => !["k", "r", "y"].includes(kind));

/** Systems are made of all there is. */
const systems = 1_000_000;
export const firstSystem = `s${systems}`;

export class SampleSystem {
  readonly random: Random;
  /** What another file declares. */
  readonly declaredIn: (file: string) => readonly string[];
  readonly isLibrary: boolean;
  /** The next number. */
  #next: number;
  #isEdited = false;

  constructor(random: Random, first: number, declaredIn: (file: string) => readonly string[] = () => []) {
    this.random = random;
    this.isLibrary = first >= libraries;
    this.#next = first;
    this.declaredIn = declaredIn;
  }

  /** A declaration of what the name says, in a program of these. */
  declare(name: string, declarations: readonly string[]): string {
    const { kind, number: index } = named(name)!;
    const scene = new Scene(this.random, declarations, this.declaredIn, this.#isEdited);
    return this.#declare(kind, index, name, scene);
  }

  #declare(kind: Kind, index: number, name: string, scene: Scene): string {
    const place = new Place(expressions, scene, index);
    switch (kind) {
      case "n":
        return `let ${name} = ${number(place)}`;
      case "q":
        return `let ${name} = ${duration(place)}`;
      case "z":
        return `let ${name} = ${size(place)}`;
      case "t":
        return `let ${name} = ${text(place)}`;
      case "b":
        return `let ${name} = ${boolean(place)}`;
      case "l":
        return `let ${name} = ${list(place)}`;
      case "v":
        return `let ${name} = ${texts(place)}`;
      case "o":
        return `let ${name} = ${record(place)}`;
      case "f":
      case "h":
        return functionDeclaration(kind, name, place);
      case "r":
        return `let ${name} = ${protocolsOf(place)}`;
      case "y":
        return `let ${name}(i) = ${protocolsOf(place)}[i]`;
      case "T":
        return `type ${name} = ${payload(place)}`;
      case "P":
        return `protocol ${name} = ${index < classes ? sessionOfClass(index, place) : session(place)}`;
      case "k":
        return makerDeclaration(name, index, place);
      case "a":
        return automatonDeclaration(name, index, place, this.isLibrary);
      case "w":
        return `let ${name} = ${wire(index, new Place(expressions, scene, index + 1))}`;
      case "s":
        return `system ${name} = ${system(place)}`;
      case "m":
        throw new Error("a file is not declared");
    }
  }

  /** Some new declarations: mostly one. */
  fresh(
    declarations: readonly string[],
    kind: Kind = this.random.pick(this.isLibrary ? libraryPot : pot),
  ): readonly string[] {
    const index = this.#next++;
    const made = [this.declare(`${kind}${index}`, declarations)];
    if (kind === "a" && !this.isLibrary) made.push(this.declare(`w${index}`, [...declarations, ...made]));
    return made;
  }

  system(declarations: readonly string[], which = 0): string {
    return this.declare(`s${systems + which}`, declarations);
  }

  /** A program of about so many declarations, in any order. */
  program(many: number, imports: readonly string[]): string[] {
    this.#isEdited = false;
    const all = this.#program(many, imports);
    this.#isEdited = true;
    return all;
  }

  #program(many: number, imports: readonly string[]): string[] {
    const all = [...imports];
    if (!this.isLibrary) for (let of = 0; of < classes; of++) all.push(this.declare(`P${of}`, all));
    this.#next = Math.max(this.#next, classes);
    if (!this.isLibrary) for (let i = 0; i < 3; i++) all.push(...this.fresh(all, "a"));
    while (all.length < many - 2) all.push(...this.fresh(all));
    if (this.isLibrary) return all;
    all.push(this.system(all));
    if (this.random.once(2)) all.push(this.system(all, 1));
    return all;
  }
}
