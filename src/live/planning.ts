/** What an orchestrator would do if it came now: for commands that only look. */
import type { BaseCase } from "../core/base.ts";
import type { Operation } from "../core/operation.ts";
import { instanceKey } from "../core/resource.ts";
import type { Program } from "../program/program.ts";
import { plan } from "../reconcile.ts";
import { adoptionOf } from "./adoption.ts";
import { automatonOf, followsLoad, type Setting } from "./steering.ts";

/**
 * The difference between what the program wants and what is there. Who runs and is out
 * of service is taken as on its way, and load that was served as still to be served: an
 * orchestrator would leave both alone at first.
 */
export const planAgainst = async (program: Program, base: BaseCase): Promise<readonly Operation[]> => {
  const observation = await base.observe();
  program.adopt(observation.resources.values());
  const { counts, inService } = adoptionOf(observation);
  const settings: Setting[] = [];
  for (const [name, count] of counts) {
    const found = automatonOf(program, name);
    if (found === null) continue;
    const { asked } = found.instances;
    const held = followsLoad(program, name) ? Math.max(asked, count) : asked;
    if (held > asked) settings.push([`held ${name}`, held]);
    if (found.member.automaton.runs === null || found.member.automaton.provides.length === 0) continue;
    for (let index = 0; index < Math.min(count, held); index++) {
      const there = observation.resources.has(instanceKey(name, index));
      if (there && !inService.has(instanceKey(name, index))) settings.push([`ready ${name}/${index}`, false]);
    }
  }
  if (settings.length > 0) program.observe(settings);
  return plan(program.resources(), observation.resources);
};
