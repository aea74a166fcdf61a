/** What the program says of an automaton, as the loop asks for it. */
import type { Instances } from "../../../passes/instances.ts";
import { parseCell } from "../../core/cell-key.ts";
import type { LoadCell } from "../../core/monitor.ts";
import { isOfCell } from "../../core/trace.ts";
import type { AutomatonMember } from "../../language/member.ts";
import type { Program } from "../../program/program.ts";

/** What the passes say of an automaton now; null where there is none of that name. */
export const automatonOf = (
  program: Program,
  name: string,
): { readonly member: AutomatonMember; readonly instances: Instances } | null => {
  const found = program.augmentation.get(name);
  if (found === undefined || found.member._tag === "Union") return null;
  return { member: found.member, instances: found.attributes.instances as Instances };
};

/** The observed cells that any equation of the automaton reads. */
export const cellsReadBy = (program: Program, name: string): ReadonlySet<LoadCell | "ready"> => {
  const cells = new Set<LoadCell | "ready">();
  for (const { reads } of program.augmentation.trace(name))
    for (const read of reads) {
      const cell = isOfCell(read) ? parseCell(read) : null;
      if (cell?._tag === "Observed" && cell.automaton === name) cells.add(cell.cell as LoadCell | "ready");
    }
  return cells;
};

/** Whether less load alone may mean fewer instances: only then there is something to settle. */
export const followsLoad = (program: Program, name: string): boolean =>
  program.augmentation
    .trace(name)
    .some(
      ({ pass, reads }) =>
        pass === "instances" && reads.some((read) => isOfCell(read) && parseCell(read)._tag === "Observed"),
    );
