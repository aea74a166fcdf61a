/** Looking after a process that runs. */
import type { Process } from "../core/resource.ts";
import type { Parts } from "./parts.ts";
import { automatonOf } from "./steering.ts";

type Attending = Pick<Parts, "program" | "wards" | "senses" | "steering">;

/** Has a process watched as the program wants it now; one that there is nothing to ask of is ready. */
export const attend = ({ program, wards, senses, steering }: Attending, process: Process): void => {
  const ward = wards.get(process.key);
  const instance = steering.instance(process.automaton, process.index);
  if (ward === undefined || ward.running === null || instance === null) return;
  const provided = automatonOf(program, process.automaton)?.member.automaton.provides ?? [];
  const ports = provided.map(({ transport, number }) => ({ transport, number }));
  if (process.care.probe === null && (ward.phase === "ready" || ports.length === 0)) {
    senses.forget(process.key);
    wards.started(process.key, ward.running, true);
    return;
  }
  senses.watch({ process, running: ward.running, instance, ports });
};
