/** Random automata, each a list of clauses, and functions that give some. */
import { count, duration, number } from "./numbers.ts";
import type { Place } from "./place.ts";
import { classes, libraries } from "./scene.ts";
import { protocolOfClass, session, transportOfClass } from "./sessions.ts";
import { boolean, inserted, record, text } from "./values.ts";

export const classOf = (index: number): number => index % classes;
/** The class of the providers that an automaton asks for. */
export const classAbove = (index: number): number => (index + classes - 1) % classes;

const observed = ["self.connections", "self.connectionRate", "self.bytesPerSecond", "self.cpu", "self.ready"];

const instances = (place: Place): string => {
  const { random } = place;
  const load = `clamp(ceil(${random.pick(observed)} / 10), 1, 4)`;
  const settle = random.once(3) ? ` settle ${duration(place.deeper)}` : "";
  return `instances ${random.once(3) ? load : count(place.deeper)}${settle}`;
};

const environment = (place: Place): string => {
  const { random } = place;
  const entries = random.several(0, 2, (i) => {
    const value = random.pick([text, number, boolean, duration])(place.deeper);
    return `V${i} = ${random.once(5) ? random.pick(observed) : value}`;
  });
  if (random.once(3)) entries.unshift(`...${record(place.deeper)}`);
  return `env { ${entries.join(", ")} }`;
};

/** An automaton is asked at a tcp port of its own. */
const hasTcp = (index: number): boolean => index < libraries && transportOfClass(classOf(index)) === "tcp";

const health = (place: Place): string => {
  const { random } = place;
  const probes = ["tcp", 'http "/healthz"', `http "/${inserted(number(place.deeper))}"`];
  const how = random.pick([
    'exec ["true"]',
    'exec ["test", self.cpu]',
    ...(hasTcp(place.below) ? probes : []),
  ]);
  const every = `every ${random.once(4) ? "(if self.cpu > 1 then 1s else 2s)" : duration(place.deeper)}`;
  const timeout = `timeout ${duration(place.deeper)}`;
  const pace = random.pick(["", ` ${every}`, ` ${timeout}`, ` ${every} ${timeout}`, ` ${timeout} ${every}`]);
  return `health ${how}${pace}`;
};

const command = (place: Place): string => {
  const { random } = place;
  const argument = random.pick([text, number, () => random.pick(observed)])(place.deeper);
  const argv = `["sleep", ${argument}]`;
  return `runs exec ${random.once(4) ? `(if ${boolean(place.deeper)} then ${argv} else ["true"])` : argv}`;
};

const restart = ({ random }: Place): string => `restart ${random.pick(["always", "on-failure", "never"])}`;

const extra = (place: Place): string => `requires extra?: ${session(place.deeper)}`;
const more = (place: Place): string =>
  `provides more: ${session(place.deeper)} on udp ${5000 + place.random.below(3)}`;

const provided = (place: Place, index: number): string =>
  `provides p: ${protocolOfClass(classOf(index), place)} on ${transportOfClass(classOf(index))} ${1000 + place.random.below(3)}`;
const required = (place: Place, index: number): string => {
  const { random } = place;
  const target = place.own("a", (other) => classOf(other) === classAbove(index));
  const optional = target === null || random.once(2);
  return `requires up${optional ? "?" : ""}: ${protocolOfClass(classAbove(index), place)}`;
};

const others = [instances, environment, health, command, restart] as const;

/** A clause in place of another, or one more; `ports`: of an automaton of this number. */
export const clause = (place: Place, old: string, ports: number): string => {
  if (/^\s*provides p/.test(old)) return provided(place, ports);
  if (/^\s*requires up/.test(old)) return required(place, ports);
  const word = /^\s*(\w+)/.exec(old)?.[1];
  const same = { instances, env: environment, health, runs: command, restart }[word ?? ""];
  return (same ?? place.random.pick([extra, more, ...others]))(place);
};

/** The clauses of an automaton of this number; without ports where it is negative. */
const clausesOf = (place: Place, index: number): readonly string[] => {
  const { random } = place;
  const ports = index < 0 ? [] : [provided(place, index), required(place, index)];
  if (place.mayBeOdd && index >= 0 && random.once(9)) ports.push(extra(place));
  if (place.mayBeOdd && index >= 0 && random.once(12)) ports.push(more(place));
  return [...ports, ...others.filter(() => random.once(2)).map((make) => make(place))];
};

const inBraces = (clauses: readonly string[]): string =>
  clauses.length === 0 ? "{}" : `{\n  ${clauses.join("\n  ")}\n}`;

/** All of a declaration of an automaton; `isBare`: without ports. */
export const automatonDeclaration = (name: string, index: number, place: Place, isBare: boolean): string => {
  const { random } = place;
  const plain = inBraces(clausesOf(place, isBare ? -1 : index));
  if (isBare) return `automaton ${name} ${plain}`;
  const alike = (other: number): boolean => classOf(other) === classOf(index);
  const [maker, model] = [place.own("k", alike), place.own("a", alike)];
  switch (random.below(8)) {
    case 0:
    case 1:
      if (maker === null) break;
      return `let ${name} = ${maker}("${name}"${random.pick(["", `, ${count(place)}`, `, n = ${count(place)}`])})`;
    case 2:
      if (model === null) break;
      return `let ${name} = ${model} with {\n  name "${name}"\n  ${random.pick(others)(place)}\n}`;
    case 3:
      return `let ${name} = automaton "${name}-${inserted(`clamp(floor(${number(place.deeper.deeper)}), 0, 9)`)}" ${plain}`;
  }
  return `automaton ${name} ${plain}`;
};

/** All of a declaration of a function from a label, and a count, to an automaton. */
export const makerDeclaration = (name: string, index: number, place: Place): string => {
  const clauses = clausesOf(place.withoutCalls, index).filter((one) => !one.startsWith("instances"));
  const body = inBraces([...clauses, "instances n"]);
  return `let ${name}(label, n = ${count(place.deeper)}) = automaton "${name}_${inserted("label")}" ${body}`;
};
