/**
 * The limits of the instances of a system: cgroups, which the program of an instance is started in, and notes. What this
 * machine does not enforce is refused, or allowed and told.
 */
import { existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type LimitName, type Limits, limitNames, limitsThereAre, limitText } from "../../src/core/limits.ts";
import { type InstanceLimits, limitsKey } from "../../src/core/resource.ts";
import { tryOpenFiles } from "../ffi/open-files.ts";
import { KernelError, kernelErrorOf, refusedWith } from "../kernel-error.ts";
import type { Owned } from "../owner.ts";
import { type Confinement, type Enforcement, noSizes } from "./enforcement.ts";
import {
  type Group,
  groupsIn,
  makeGroup,
  processesIn,
  removeGroup,
  removeIfEmpty,
  systemGroup,
} from "./group.ts";
import type { Kernel } from "./hierarchy.ts";
import { instanceName, type LimitsNote, LimitsNotes } from "./note.ts";
import { controllerOf, type GroupLimit, groupLimits, memoryKills, settingOf } from "./settings.ts";
import { SizedStates } from "./sized-states.ts";

/** The limits of an instance, by the parts that it has. */
type Instance = Pick<InstanceLimits, "automaton" | "index">;

const isGroupLimit = (name: LimitName): name is GroupLimit => name !== "files";

/** What a limit is called in sentences. */
const phrase = (name: LimitName, { automaton, index }: Instance): string =>
  `limit the ${name === "files" ? "open files" : name} of ${automaton}.${index}`;

/** That this machine does not enforce a limit, in the words of the kernel. */
const cannot = (name: LimitName, instance: Instance, words: string): KernelError =>
  new KernelError(phrase(name, instance), "cannot-enforce", words);

export class SystemLimits {
  /** Whether what cannot be enforced is left out, and told, instead of being refused. */
  allowsUnenforced = false;
  readonly #owned: Owned;
  readonly #notes: LimitsNotes;
  readonly #kernel: Kernel | undefined;
  readonly #states: SizedStates;

  /** `directory`: that of the system's files. */
  constructor(owned: Owned, directory: string, { kernel, sizes = noSizes }: Enforcement = {}) {
    this.#owned = owned;
    this.#notes = new LimitsNotes(directory);
    this.#kernel = kernel;
    this.#states = new SizedStates(sizes);
  }

  /**
   * Makes or changes the limits of an instance, also for the processes that live in its cgroups. Throws a `KernelError`:
   * `cannot-enforce` where this machine does not enforce one, and then what is new of them is gone again.
   */
  async set(resource: InstanceLimits): Promise<void> {
    const { automaton, index } = resource;
    const known = this.#notes.read(automaton, index);
    const groups: Record<string, Group> = {};
    const unenforced: Record<string, string> = {};
    try {
      for (const [name, value] of limitsThereAre(resource)) {
        try {
          if (isGroupLimit(name)) groups[name] = this.#limit(resource, name, value, known?.groups[name]);
          else tryOpenFiles(value);
        } catch (error) {
          const refusal = kernelErrorOf(phrase(name, resource), error);
          if (!(refusal instanceof KernelError)) throw error;
          if (!this.allowsUnenforced)
            throw cannot(name, resource, `${refusal.operation}: ${refusal.words} (${refusal.code})`);
          unenforced[name] = `${refusal.words} (${refusal.code})`;
        }
      }
      Object.assign(unenforced, await this.#states.set(resource, known, this.allowsUnenforced));
    } catch (error) {
      if (known === null) await this.clear(resource).catch(() => undefined);
      throw error;
    }
    const limits = Object.fromEntries(limitsThereAre(resource));
    const { state } = resource;
    this.#notes.write({ automaton, index, limits, groups, unenforced, ...(state && { state }) });
    for (const name of groupLimits) if (groups[name] === undefined) this.#lift(resource, name, known);
  }

  /** `known`: where it was made before, perhaps from a session that may make cgroups elsewhere. */
  #limit({ automaton, index }: Instance, name: GroupLimit, value: number, known: Group | undefined): Group {
    const controller = controllerOf[name];
    const group =
      known !== undefined && existsSync(known.directory)
        ? known
        : makeGroup(
            systemGroup(controller, this.#owned, this.#kernel),
            instanceName(automaton, index),
            controller,
          );
    settingOf(name, group.version).write(group.directory, value);
    return group;
  }

  /** What is not limited any more, while its program may still live in the cgroup. */
  #lift({ automaton, index }: Instance, name: GroupLimit, known: LimitsNote | null): void {
    const group = known?.groups[name] ?? this.#found(name, automaton, index);
    if (group === undefined) return;
    try {
      settingOf(name, group.version).write(group.directory, null);
    } catch (error) {
      if (!refusedWith(error, "ENOENT", "EACCES")) throw error;
    }
  }

  /** The cgroup of an instance for a limit, where there is one. */
  #found(name: GroupLimit, automaton: string, index: number): Group | undefined {
    const system = this.#systemGroup(name);
    if (system === null) return undefined;
    const directory = `${system.directory}/${instanceName(automaton, index)}`;
    return existsSync(directory) ? { ...system, directory } : undefined;
  }

  #systemGroup(name: GroupLimit): Group | null {
    try {
      return systemGroup(controllerOf[name], this.#owned, this.#kernel);
    } catch (error) {
      if (error instanceof KernelError) return null;
      throw error;
    }
  }

  /** Removes the cgroups and the note of an instance in which nothing lives any more. */
  async clear({ automaton, index }: Instance): Promise<void> {
    const noted = Object.values(this.#notes.read(automaton, index)?.groups ?? {});
    const found = groupLimits.map((name) => this.#found(name, automaton, index));
    const directories = [...noted, ...found].flatMap((group) => group?.directory ?? []);
    for (const directory of new Set(directories)) await removeGroup(directory);
    this.#notes.remove(automaton, index);
  }

  /** The limits that there are, as the kernel shows them; those of open files, and the unenforced, as they are noted. */
  all(): readonly InstanceLimits[] {
    const notes = new Map(this.#notes.all().map((note) => [instanceName(note.automaton, note.index), note]));
    const names = new Set(notes.keys());
    const systems = new Map(groupLimits.map((name) => [name, this.#systemGroup(name)]));
    for (const [, system] of systems)
      for (const name of system === null ? [] : groupsIn(system.directory)) names.add(name);
    return [...names].flatMap((name) => {
      const [, automaton, index] = /^(.*)\.(\d{1,9})$/.exec(name) ?? [];
      if (automaton === undefined) return [];
      const note = notes.get(name) ?? null;
      const limits: Limits = Object.fromEntries(
        limitNames.flatMap((limit) => {
          const value = this.#shown(limit, name, note, systems);
          return value === null ? [] : [[limit, value]];
        }),
      );
      const key = limitsKey(automaton, Number(index));
      const sizes = note?.state && this.#states.shown(note, this.allowsUnenforced);
      const state = sizes && Object.keys(sizes).length > 0 ? { state: sizes } : {};
      return [{ kind: "limits", key, automaton, index: Number(index), ...limits, ...state }];
    });
  }

  #shown(
    limit: LimitName,
    name: string,
    note: LimitsNote | null,
    systems: ReadonlyMap<GroupLimit, Group | null>,
  ): number | null {
    const wanted = note?.limits[limit] ?? null;
    if (note?.unenforced[limit] !== undefined) return this.allowsUnenforced ? wanted : null;
    if (!isGroupLimit(limit)) return wanted;
    const system = systems.get(limit) ?? null;
    const group = note?.groups[limit] ?? (system && { ...system, directory: `${system.directory}/${name}` });
    if (group === null) return null;
    const { read, shows } = settingOf(limit, group.version);
    try {
      const shown = read(group.directory);
      return shown !== null && wanted !== null && shows(wanted, shown) ? wanted : shown;
    } catch (error) {
      if (refusedWith(error, "ENOENT", "ENODEV", "EACCES")) return null;
      throw error;
    }
  }

  /**
   * What a program of an instance is to be started under; `sized`: what it keeps that has a size. Throws a `KernelError`
   * (`cannot-enforce`) where one of what is to be limited is not.
   */
  confinement(instance: Instance, limited: readonly LimitName[], sized: readonly string[] = []): Confinement {
    const note = this.#notes.read(instance.automaton, instance.index);
    const groups = new Set<string>();
    let openFiles: number | null = null;
    for (const name of limited) {
      if (note?.unenforced[name] !== undefined && this.allowsUnenforced) continue;
      const group = note?.groups[name];
      const value = note?.limits[name];
      if (value === undefined || (isGroupLimit(name) && group === undefined))
        throw cannot(name, instance, "nothing limits it yet");
      if (group !== undefined) groups.add(`${group.directory}/cgroup.procs`);
      if (name !== "files") continue;
      tryOpenFiles(value);
      openFiles = value;
    }
    const state = this.#states.started(instance, sized, note, this.allowsUnenforced);
    return { groups: [...groups], openFiles, state };
  }

  /** The sizes of what an instance keeps, in bytes, as they are enforced. */
  stateSizes({ automaton, index }: Instance): Confinement["state"] {
    return this.#states.enforced(this.#notes.read(automaton, index));
  }

  /** Makes sure that a program that was started is where it is to be. Throws with the kernel's words where it is not. */
  verify(pid: number, { groups }: Confinement, isAlive: () => boolean): void {
    for (const file of groups) {
      if (processesIn(dirname(file)).includes(pid) || !isAlive()) continue;
      try {
        writeFileSync(file, String(pid));
      } catch (error) {
        throw kernelErrorOf(`move process ${pid} into ${dirname(file)}`, error);
      }
      throw new KernelError(`start a program in ${dirname(file)}`, "EBUSY", "it began outside of it");
    }
  }

  /** How many processes of an instance the kernel has ended because of its limit of memory, and that limit. */
  memoryKills(automaton: string, index: number): { readonly count: number; readonly limit: number } | null {
    const note = this.#notes.read(automaton, index);
    const group = note?.groups.memory;
    if (group === undefined || note?.limits.memory === undefined) return null;
    return { count: memoryKills(group.directory, group.version), limit: note.limits.memory };
  }

  /** What there is to be told of limits: what is noted as not enforced, and what is nearly used up; a sentence each. */
  warnings(): readonly string[] {
    return this.#notes.all().flatMap((note) => {
      const { automaton, index, limits, unenforced } = note;
      const lines = limitsThereAre(limits).flatMap(([name, value]) => {
        const words = unenforced[name];
        return words === undefined
          ? []
          : [`the limit ${limitText(name, value)} of ${automaton}.${index} is not enforced: ${words}`];
      });
      return [...lines, ...this.#states.warnings(note)];
    });
  }

  /** What could not be enforced here, a sentence for each automaton and limit; as far as one can tell without making anything. */
  unenforceable(all: readonly InstanceLimits[]): readonly string[] {
    const lines = all.flatMap((resource) => [
      ...limitsThereAre(resource).flatMap(([name, value]) => {
        const words = this.#refusal(name, value);
        return words === null
          ? []
          : [
              `the limit ${limitText(name, value)} of ${resource.automaton} cannot be enforced here: ${words}`,
            ];
      }),
      ...this.#states.unenforceable(resource),
    ]);
    return [...new Set(lines)];
  }

  #refusal(name: LimitName, value: number): string | null {
    try {
      if (isGroupLimit(name)) systemGroup(controllerOf[name], this.#owned, this.#kernel);
      else tryOpenFiles(value);
      return null;
    } catch (error) {
      if (error instanceof KernelError) return `${error.operation}: ${error.words} (${error.code})`;
      throw error;
    }
  }

  /** Removes all cgroups of the system. Goes on after errors, and returns them. */
  async destroy(): Promise<readonly Error[]> {
    const errors: Error[] = [];
    const noted = this.#notes.all().flatMap(({ groups }) => Object.values(groups));
    const found = groupLimits.map((name) => this.#systemGroup(name)?.directory);
    const systems = new Set([...noted.map(({ directory }) => dirname(directory)), ...found]);
    for (const directory of systems) {
      if (directory === undefined) continue;
      try {
        await removeGroup(directory);
        removeIfEmpty(dirname(directory));
      } catch (error) {
        errors.push(error as Error);
      }
    }
    return errors;
  }
}
