/** What is reported of an edit that would take the system away from a program that runs. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Module } from "./module.ts";

/** `wanted`: the name of the system that runs; undefined where it has none yet. Points at the end of the file. */
export const lostSystem = ({ document, file }: Module, wanted: string | undefined): Diagnostic => {
  const end = document.position(document.length);
  const message =
    wanted === undefined ? "the file has no system any more" : `the file has no system ${wanted} any more`;
  const hints = [{ message: "to stop it, use `architect down`; an empty one is `system NAME = []`" }];
  return { code: "no-system", severity: "error", message, file, range: { start: end, end }, hints };
};
