/** The names of hosts elsewhere that a program needs resolved. */
import type { NamedPort } from "../../passes/wiring.ts";
import type { Program } from "./program.ts";

/** Those that something is wired to, and no others; the same object as long as nothing of the system changed. */
export const namedPorts = ({ augmentation }: Program): readonly NamedPort[] =>
  augmentation.summary("wiring") as readonly NamedPort[];
