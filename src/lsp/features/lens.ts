/** Above what runs, how it runs. Where nothing runs, nothing. */
import type { CodeLens, CodeLensParams } from "vscode-languageserver";
import { definitionsOf, type Standing, standingIn } from "../../assist/spot.ts";
import { focusAt } from "../../assist/tree.ts";
import type { AutomatonStatus, InstanceStatus, Status } from "../../live/control/status.ts";
import { moduleOf } from "../locate.ts";
import { rangeOf } from "../place.ts";
import type { Project } from "../project.ts";
import type { Running } from "../running.ts";

const readyOf = (instances: readonly InstanceStatus[]): string =>
  `${instances.filter(({ state }) => state === "ready").length} of ${instances.length} ready`;

/** States that a person should see, counted. */
const unlike = (instances: readonly InstanceStatus[]): string => {
  const counts = new Map<string, number>();
  for (const { state } of instances) if (state !== "ready") counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `, ${count} ${state}`).join("");
};

const ofAutomaton = ({ instances }: AutomatonStatus): string =>
  `running: ${readyOf(instances)}${unlike(instances)}`;

const ofSystem = ({ automata, state, problems }: Status): string => {
  const all = automata.flatMap(({ instances }) => instances);
  return `running: ${readyOf(all)}, ${state}${problems[0] === undefined ? "" : `: ${problems[0]}`}`;
};

const textsOf = (project: Project, statuses: readonly Status[], of: Standing): readonly string[] =>
  definitionsOf(of).flatMap((definition) => {
    const value = project.workspace.valueOf(definition);
    if (definition.term?.node._tag === "SystemDecl")
      return statuses.filter(({ system }) => system === definition.name).map(ofSystem);
    if (value._tag !== "Automaton") return [];
    return statuses.flatMap(({ automata }) =>
      automata.filter(({ name }) => name === value.name).map(ofAutomaton),
    );
  });

export const codeLenses = (project: Project, running: Running, params: CodeLensParams): CodeLens[] => {
  const module = moduleOf(project, params);
  const statuses = module === null ? [] : running.statusesOf(module.file);
  if (module === null || statuses.length === 0) return [];
  return [...standingIn(module)].flatMap((of) => {
    if (of.declaration.term === null) return [];
    const range = rangeOf(of, focusAt(of.declaration.spans, 0));
    return textsOf(project, statuses, of).map((title) => ({ range, command: { title, command: "" } }));
  });
};
