/** The artifact of an instance: its command, its environment, and how it is cared for. */
import type { Reader } from "../src/core/pass.ts";
import type { Probe, Process } from "../src/core/resource.ts";
import { forceArgv, forceEvery, forcePath, forceTimeout, forceVariable } from "../src/language/evaluate.ts";
import type { AutomatonMember } from "../src/language/member.ts";
import type { HealthClause } from "../src/language/value.ts";
import { know } from "./equation.ts";
import { fingerprint } from "./identity.ts";
import type { Names } from "./names.ts";
import type { Wiring } from "./wiring.ts";

interface Reads {
  readonly names: Names;
  readonly wiring: Wiring;
}

const variable = (name: string): string => name.toUpperCase().replaceAll("-", "_");

/** What language.md, section 5, promises to every instance. */
const promised = ({ automaton }: AutomatonMember, { wiring }: Reads): Record<string, string> => {
  const env: Record<string, string> = {};
  // Of several, `PORT` is the first by name.
  const first = automaton.provides[0];
  if (first !== undefined) env.PORT = String(first.number);
  for (const { name, number } of automaton.provides) env[`PORT_${variable(name)}`] = String(number);
  for (const { requirement, host, number } of wiring.requirements) {
    const name = variable(requirement);
    env[`${name}_HOST`] = host;
    env[`${name}_PORT`] = String(number);
    env[`${name}_ADDR`] = `${host}:${number}`;
  }
  return env;
};

const probeOf = (health: HealthClause, { automaton, key }: AutomatonMember, read: Reader): Probe => {
  const how: Probe["how"] =
    health.how === "exec"
      ? { _tag: "exec", argv: health.argv === null ? [] : know(health.argv, forceArgv, key, read, []) }
      : health.how === "http"
        ? { _tag: "http", path: health.path === null ? "/" : know(health.path, forcePath, key, read, "/") }
        : { _tag: "tcp" };
  const tcp = automaton.provides.find(({ transport }) => transport === "tcp");
  return {
    how,
    number: tcp?.number ?? null,
    everyMs: health.every === null ? 5_000 : know(health.every, forceEvery, key, read, 5_000),
    timeoutMs: health.timeout === null ? 2_000 : know(health.timeout, forceTimeout, key, read, 2_000),
  };
};

export type Artifact = Pick<Process, "argv" | "env" | "cwd" | "spec" | "care">;

/** What a process is started with; of two with one spec, neither needs to be started in place of the other. */
const specOf = (argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): string => {
  const texts = [cwd, `${argv.length}`, ...argv];
  for (const name of Object.keys(env).sort()) texts.push(name, env[name]!);
  return fingerprint(texts);
};

/**
 * What each instance runs; null of a bare automaton. All instances share it: their keeper
 * adds `ARCHITECT_INSTANCE` and its own markers.
 */
export const artifactOf = (member: AutomatonMember, reads: Reads, read: Reader): Artifact | null => {
  const { automaton, key } = member;
  if (automaton.runs === null) return null;
  const argv = know(automaton.runs, forceArgv, key, read, []);
  const env = promised(member, reads);
  for (const [name, text] of automaton.env) env[name] = know(text, forceVariable, key, read, "");
  const cwd = (read.cell("directory") as string | undefined) ?? ".";
  const probe = automaton.health === null ? null : probeOf(automaton.health, member, read);
  const care = { restart: automaton.restart ?? "always", probe };
  return { argv, env, cwd, spec: specOf(argv, env, cwd), care };
};
