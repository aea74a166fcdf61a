/** The systems that a file declares, and the one of them that is interpreted. */
import type { Augmentation } from "../core/augment.ts";
import type { Cause } from "../core/cause.ts";
import { compareNames } from "../core/natural.ts";
import { type Member, sameMember } from "../language/member.ts";
import type { Problem } from "../language/problem.ts";
import type { Definition } from "./definition.ts";
import { type Module, offsetOf } from "./module.ts";
import { Origins } from "./origins.ts";
import { System } from "./system.ts";
import type { SettleChanges, Workspace } from "./workspace.ts";

/** All systems of a file, and which of them is chosen. */
export class Systems {
  readonly #workspace: Workspace;
  readonly #main: Module;
  /** The name asked for; undefined: the first in the text. */
  wanted: string | undefined;
  readonly #all = new Map<Definition, System>();
  #chosen: System | null = null;
  /** Members that may differ from what the passes have. */
  readonly #touched = new Set<string>();
  /** What touched them: what was evaluated since the passes had everything, and the facts that came and went. */
  readonly #origins = new Origins();
  /** Whether another system than that which the passes have is interpreted. */
  #switched = false;
  /** Whether the passes ever had everything: until then everything is new to them, and no reasons are kept. */
  #begun = false;

  constructor(workspace: Workspace, main: Module, wanted: string | undefined) {
    this.#workspace = workspace;
    this.#main = main;
    this.wanted = wanted;
  }

  get chosen(): System | null {
    return this.#chosen;
  }

  get names(): readonly string[] {
    return [...this.#all.keys()].map(({ name }) => name!).sort(compareNames);
  }

  *problems(): Iterable<Problem> {
    // Of a system that does not parse, what it was is no matter.
    for (const system of this.#all.values()) if (system.definition.term !== null) yield* system.problems();
  }

  /**
   * Takes what system declarations came out with into their relations. Returns whether
   * another system is interpreted now.
   */
  take({ evaluated, bodies }: SettleChanges): boolean {
    const { handles } = this.#workspace;
    for (const definition of evaluated) {
      if (this.#begun) this.#origins.evaluated(definition);
      if (definition.file !== this.#main.file || definition.term?.node._tag !== "SystemDecl") continue;
      let system = this.#all.get(definition);
      if (system === undefined) {
        system = new System(definition, handles);
        this.#all.set(definition, system);
      }
      const { touched, facts } = system.take(this.#workspace.valueOf(definition));
      this.#touch(system, touched);
      if (this.#begun && system === this.#chosen) this.#origins.changed(facts);
    }
    for (const system of this.#all.values())
      this.#touch(system, system.relations.bodiesChanged(bodies.keys()));
    for (const [name, definition] of bodies) this.#origins.body(name, definition);
    for (const definition of this.#all.keys()) {
      if (this.#main.definitions.get(definition.key) !== definition) this.#all.delete(definition);
    }
    return this.#choose();
  }

  /** The members that differ from what the passes have; null: gone. */
  changes(augmentation: Augmentation<Member>): Map<string, Member | null> {
    const changes = new Map<string, Member | null>();
    if (this.#switched) for (const { key } of augmentation.tree) this.#touched.add(key);
    for (const key of this.#touched) {
      const member = this.#chosen?.relations.member(key) ?? null;
      const known = augmentation.get(key)?.member;
      if (member === null ? known === undefined : known !== undefined && sameMember(known, member)) continue;
      changes.set(key, member);
    }
    return changes;
  }

  /** Why a member that the passes had is not as it was. */
  why(key: string, cells: ReadonlyMap<string, Cause>): Cause {
    return this.#origins.why(key, this.#chosen?.definition ?? null, this.#workspace, cells);
  }

  /** The passes have everything. */
  settled(): void {
    this.#touched.clear();
    this.#origins.clear();
    this.#switched = false;
    this.#begun = true;
  }

  #touch(system: System, keys: Iterable<string>): void {
    if (system === this.#chosen) for (const key of keys) this.#touched.add(key);
  }

  #choose(): boolean {
    const all = [...this.#all.values()];
    const place = ({ definition }: System): number => offsetOf(this.#main, definition.declaration);
    const first = (): System | undefined =>
      all.length < 2 ? all[0] : all.sort((a, b) => place(a) - place(b))[0];
    const named = (): System | undefined => all.find(({ definition }) => definition.name === this.wanted);
    const chosen = (this.wanted === undefined ? first() : named()) ?? null;
    if (chosen === this.#chosen) return false;
    this.#switched = true;
    for (const key of chosen?.relations.keys() ?? []) this.#touched.add(key);
    this.#chosen = chosen;
    return true;
  }
}
