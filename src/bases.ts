/**
 * The base cases: each has a folder, and a line here. What is registered is light; the code
 * of a base case loads when a system is opened with it.
 */
import { memory } from "../runtime/memory/kind.ts";
import { netns } from "../runtime/netns/kind.ts";
import type { BaseKind } from "./core/base-kind.ts";

const kinds = new Map<string, BaseKind>();

/** Adds a base case, in place of one of its name. */
export const register = (kind: BaseKind): void => void kinds.set(kind.name, kind);

register(netns);
register(memory);

/** All that are registered, the default first. */
export const baseKinds = (): readonly BaseKind[] => [...kinds.values()];

/** Where nothing else is said. */
export const defaultBase: string = netns.name;

/** The base case of a name; null where none is registered under it, as by another version. */
export const baseKind = (name: string): BaseKind | null => kinds.get(name) ?? null;

/** Whether programs really run in a base case of a name: a status may name one that is not registered. */
export const runsPrograms = (name: string): boolean => baseKind(name)?.runsPrograms ?? true;
