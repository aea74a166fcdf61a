/** The names of hosts elsewhere that a program needs resolved. */
import type { NamedPort } from "../../passes/wiring.ts";
import type { BatchResult } from "../core/augment.ts";
import type { Member } from "../language/member.ts";
import type { Program } from "./program.ts";

/** Those that something is wired to, and no others; the same object as long as nothing of the system changed. */
export const namedPorts = ({ augmentation }: Program): readonly NamedPort[] =>
  augmentation.summary("wiring") as readonly NamedPort[];

/** Those of a tree that is not kept. */
export const namedPortsOf = (
  { augmentation }: Pick<Program, "augmentation">,
  result: BatchResult<Member>,
): readonly NamedPort[] => augmentation.summary("wiring", result) as readonly NamedPort[];

/** The names that something is wired to, sorted, each once. */
export const hostsOf = (ports: readonly NamedPort[]): readonly string[] => [
  ...new Set(ports.map(({ host }) => host)),
];
