/** What an automaton must be as a whole, whichever of its clauses say it. */
import type { AutomatonValue, ProvidedPort, RequiredPort } from "../value.ts";
import type { Draft } from "./draft.ts";
import type { Machine } from "./machine.ts";

/** Of a port's name, in an environment. */
const word = (name: string): string => name.toUpperCase();

/** The variable that both ports would set to something else; null where there is none. */
const sharedVariable = (provided: ProvidedPort, required: RequiredPort): string | null => {
  // Only what begins like the other one's variable can end as it.
  if (!required.name.slice(0, 4).toUpperCase().startsWith("PORT")) return null;
  const own = `PORT_${word(provided.name)}`;
  return ["HOST", "PORT", "ADDR"].some((what) => `${word(required.name)}_${what}` === own) ? own : null;
};

/** Reports variables that two ports would set; what `env` says wins over both. */
const checkVariables = (
  { provides, requires, env }: AutomatonValue,
  draft: Draft,
  machine: Machine,
): void => {
  for (const provided of provides) {
    for (const required of requires) {
      const variable = sharedVariable(provided, required);
      if (variable === null || env.has(variable)) continue;
      const isNew = draft.provides.includes(provided) || draft.requires.includes(required);
      if (!isNew) continue; // told where they met first
      const message = `\`provides ${provided.name}\` and \`requires ${required.name}\` would both set the variable ${variable}`;
      machine.report("duplicate-name", message, required.site, [
        { message: "the other one is here", site: provided.site },
        { message: `give one of them another name, or say in \`env\` what ${variable} is to be` },
      ]);
    }
  }
};

/** Reports a probe that has nobody to ask. What runs nothing may be a part of what does. */
const checkProbe = (
  { health, provides, runs, site }: AutomatonValue,
  draft: Draft,
  machine: Machine,
): void => {
  if (health === null || health.how === "exec" || runs === null) return;
  if (provides.some(({ transport }) => transport === "tcp")) return;
  const [port] = provides;
  machine.report(
    "unknown-port",
    `\`health ${health.how}\` asks a port on tcp, and this automaton provides none`,
    draft.healthSite ?? site,
    [
      ...(port === undefined ? [] : [{ message: `\`${port.name}\` is on udp`, site: port.site }]),
      { message: "`health exec […]` asks a program, which needs no port" },
    ],
  );
};

/** Reports what no clause is wrong about alone. */
export const checkWhole = (automaton: AutomatonValue, draft: Draft, machine: Machine): void => {
  checkVariables(automaton, draft, machine);
  const isNew = draft.health !== undefined || draft.provides.length > 0 || draft.runs !== undefined;
  if (isNew) checkProbe(automaton, draft, machine);
};
