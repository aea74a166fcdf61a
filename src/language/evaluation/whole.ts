/** What an automaton must be as a whole, whichever of its clauses say it. */
import { hasPort, isRange, overlap, portsText } from "../../core/port-range.ts";
import { sourceOf } from "../../core/shared-path.ts";
import type { Site } from "../problem.ts";
import { quote } from "../quote.ts";
import type { AutomatonValue, ProvidedPort, RequiredPort } from "../value.ts";
import type { Draft } from "./draft.ts";
import { checkEach } from "./each.ts";
import { checkFiles } from "./files.ts";
import { checkJob } from "./job.ts";
import type { Machine } from "./machine.ts";
import { checkSchedule } from "./schedule.ts";
import { checkScratch } from "./scratch.ts";
import { checkShares } from "./shares.ts";
import { checkState } from "./state.ts";

/** Of a port's name, in an environment. */
const word = (name: string): string => name.toUpperCase();

/** The variables that a required port sets and a provided one may set too; for nearly all there are none. */
const sharedVariables = ({ name, each }: RequiredPort): readonly string[] =>
  // Only what begins like the other one's variable can end as it.
  name.slice(0, 4).toUpperCase() === "PORT"
    ? ["HOST", "PORT", "ADDR", ...(each ? ["ADDRS", "COUNT", "FILE"] : [])].map(
        (what) => `${word(name)}_${what}`,
      )
    : [];

/** Reports variables that two ports would set; what `env` says wins over both. */
const checkVariables = (
  { provides, requires, env }: AutomatonValue,
  draft: Draft,
  machine: Machine,
): void => {
  const shared = requires.flatMap((required) =>
    sharedVariables(required).map((variable) => ({ required, variable })),
  );
  if (draft.envFailed || shared.length === 0) return;
  const providing = new Map(
    provides.flatMap((provided): [string, ProvidedPort][] => [
      [`PORT_${word(provided.name)}`, provided],
      ...(isRange(provided)
        ? [[`PORT_${word(provided.name)}_LAST`, provided] as [string, ProvidedPort]]
        : []),
    ]),
  );
  const news = new Set<ProvidedPort | RequiredPort>([...draft.provides, ...draft.requires]);
  for (const { required, variable } of shared) {
    const provided = providing.get(variable);
    if (provided === undefined || env.has(variable)) continue;
    if (!news.has(provided) && !news.has(required)) continue; // told where they met first
    const message = `\`provides ${provided.name}\` and \`requires ${required.name}\` would both set the variable ${variable}`;
    machine.report("duplicate-name", message, required.site, [
      { message: "the other one is here", site: provided.site },
      { message: `give one of them another name, or say in \`env\` what ${variable} is to be` },
    ]);
  }
};

/** Reports ports of a range that another port of the automaton has too: nobody could say who is asked there. */
const checkRanges = ({ provides }: AutomatonValue, draft: Draft, machine: Machine): void => {
  for (const range of provides.filter(isRange)) {
    const other = provides.find(({ name }) => word(name) === `${word(range.name)}_LAST`);
    if (other === undefined || !(draft.provides.includes(range) || draft.provides.includes(other))) continue;
    const message = `\`${range.name}\`, which is a range, and \`${other.name}\` would both set the variable PORT_${word(other.name)}`;
    machine.report("duplicate-name", message, other.site, [
      { message: "the range is here", site: range.site },
      { message: "give one of them another name" },
    ]);
  }
  for (const [i, one] of provides.entries()) {
    for (const other of provides.slice(0, i)) {
      const isAlone = !isRange(one) && !isRange(other);
      if (isAlone || one.transport !== other.transport) continue;
      if (!overlap(one, other) && !hasPort(one, other.listens) && !hasPort(other, one.listens)) continue;
      const [second, first] = one.site.at < other.site.at ? [other, one] : [one, other];
      if (!draft.provides.includes(first) && !draft.provides.includes(second)) continue; // told where they met first
      const message = `\`${first.name}\` and \`${second.name}\` have ports in common: ${first.transport} ${portsText(first)} and ${portsText(second)}`;
      machine.report("port-conflict", message, second.site, [
        { message: "the other one is here", site: first.site },
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
  if (provides.some((port) => port.transport === "tcp" && !isRange(port))) return;
  const [port] = provides;
  machine.report(
    "unknown-port",
    `\`health ${health.how}\` asks a port on tcp, and this automaton provides none`,
    draft.healthSite ?? site,
    [
      ...(port === undefined
        ? []
        : [
            {
              message: `\`${port.name}\` is ${isRange(port) ? "a range of ports" : "on udp"}`,
              site: port.site,
            },
          ]),
      { message: "`health exec […]` asks a program, which needs no port" },
    ],
  );
};

/** Warns of programs that are not there. Where they are looked for, the variable PATH may say. */
const checkPrograms = (
  { name, env, directory, files, shares }: AutomatonValue,
  { programs }: Draft,
  machine: Machine,
): void => {
  const path = env.get("PATH");
  // An equation says it only when it runs, and a secret to nobody.
  const known = path?._tag === "Known" ? path.value : null;
  if (path?._tag === "Equation" || (known !== null && typeof known !== "string")) return;
  for (const { clause, name: program, site } of programs) {
    if (files.has(program)) continue;
    const reason = machine.world.missingProgram?.(program, known, directory, shares) ?? null;
    if (reason === null) continue;
    const message = `\`${clause}\` of \`${name}\` names ${quote(program)}: ${reason}`;
    machine.warn("missing-program", message, site);
  }
};

/** Warns of a directory that is not there, and that no `state` makes where it is seen. */
const checkPlace = (
  { name, directory, state, scratch, runs, shares }: AutomatonValue,
  { directorySite }: Draft,
  machine: Machine,
): void => {
  if (directory === null || directorySite === undefined || runs === null) return;
  const made = [...state.map(({ path }) => path), ...scratch.keys()];
  if (made.some((path) => `${directory}/`.startsWith(`${path.replace(/\/+$/, "")}/`))) return;
  const reason = machine.world.missingDirectory?.(sourceOf(directory, shares)) ?? null;
  if (reason !== null)
    machine.warn("missing-directory", `\`directory\` of \`${name}\`: ${reason}`, directorySite);
};

/** Warns of users and groups that are not there, for the program or for files that it sees. */
const checkUsers = ({ name, user, files }: AutomatonValue, draft: Draft, machine: Machine): void => {
  const warn = (what: string, whose: string, site: Site): void => {
    const reason = machine.world.missingUser?.(whose) ?? null;
    if (reason !== null)
      machine.warn("missing-user", `${what} of \`${name}\` names ${quote(whose)}: ${reason}`, site);
  };
  if (user !== null && draft.userSite !== undefined) warn("`user`", user, draft.userSite);
  for (const [path, site] of draft.fileSites) {
    const said = files.get(path);
    const owner = said?._tag === "Known" ? said.value.owner : null;
    if (owner !== null) warn(`the owner of the file ${path}`, owner, site);
  }
};

/** Reports what no clause is wrong about alone. */
export const checkWhole = (automaton: AutomatonValue, draft: Draft, machine: Machine): void => {
  checkVariables(automaton, draft, machine);
  if (draft.provides.length > 0) checkRanges(automaton, draft, machine);
  if (draft.requires.length > 0) checkEach(automaton, draft, machine);
  const isNew = draft.health !== undefined || draft.provides.length > 0 || draft.runs !== undefined;
  if (isNew) checkProbe(automaton, draft, machine);
  if (draft.state.length > 0 || draft.update !== undefined) checkState(automaton, machine);
  if (draft.runs !== undefined || draft.restart !== undefined || isNew) checkJob(automaton, draft, machine);
  checkSchedule(automaton, draft, machine);
  if (draft.files !== null || draft.state.length > 0) checkFiles(automaton, draft, machine);
  if (
    draft.scratch !== null ||
    ((draft.files !== null || draft.state.length > 0) && automaton.scratch.size > 0)
  )
    checkScratch(automaton, draft, machine);
  const hasPlaces = draft.state.length > 0 || draft.scratch !== null || draft.files !== null;
  if (draft.shares.length > 0 || (hasPlaces && automaton.shares.length > 0))
    checkShares(automaton, draft, machine);
  checkPrograms(automaton, draft, machine);
  checkPlace(automaton, draft, machine);
  if (draft.userSite !== undefined || draft.files !== null) checkUsers(automaton, draft, machine);
};
