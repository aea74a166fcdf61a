/** Random automata, each a list of clauses, and functions that give some. */
import { type ClauseTag, clauses, clauseTags } from "../../../src/core/clauses.ts";
import { count, duration, number } from "./numbers.ts";
import type { Place } from "./place.ts";
import { classes, libraries, readFile } from "./scene.ts";
import { protocolOfClass, session, transportOfClass } from "./sessions.ts";
import { boolean, inserted, record, text } from "./values.ts";

export const classOf = (index: number): number => index % classes;
/** The class of the providers that an automaton asks for. */
export const classAbove = (index: number): number => (index + classes - 1) % classes;
/** Whether all providers of a class run here, so that each of their instances can be reached by itself. */
const runsHere = (ofClass: number): boolean => ofClass % 2 === 0;

/** What an instance is, apart from what is observed. */
const spoken = ["self.index", "self.name", '"${self.index} of ${self.name}"'];
/** Where it listens, and where it finds what it requires. */
const ported = ["provides.p.port", "requires.up.host", "requires.up.port", "requires.up.addr"];

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
    return `V${i} = ${random.once(5) ? random.pick([...observed, ...spoken]) : value}`;
  });
  if (random.once(3)) entries.unshift(`...${record(place.deeper)}`);
  if (random.once(12))
    entries.unshift(
      `...dotenv(${random.pick(['"V0=file\\nV9=9"', `"V9=${inserted(text(place.deeper))}"`])})`,
    );
  return `env { ${entries.join(", ")} }`;
};

/** An automaton is asked at a tcp port of its own. */
const hasTcp = (index: number): boolean => index < libraries && transportOfClass(classOf(index)) === "tcp";

const health = (place: Place): string => {
  const { random } = place;
  const probes = [
    "tcp",
    "grpc",
    'grpc "shop.Cart"',
    `grpc "shop.${inserted(number(place.deeper))}"`,
    'http "/healthz"',
    `http "/${inserted(number(place.deeper))}"`,
  ];
  const how = random.pick([
    'exec ["true"]',
    'exec ["test", self.cpu]',
    ...(hasTcp(place.below) ? probes : []),
  ]);
  const every = `every ${random.once(4) ? "(if self.cpu > 1 then 1s else 2s)" : duration(place.deeper)}`;
  const timeout = `timeout ${duration(place.deeper)}`;
  const pace = random.pick(["", ` ${every}`, ` ${timeout}`, ` ${every} ${timeout}`, ` ${timeout} ${every}`]);
  const count = random.pick(["3", "1 + 1", `(if self.cpu > 1 then 2 else 4)`]);
  const thresholds = random.pick([
    "",
    "",
    ` failures ${count}`,
    ` successes ${count}`,
    ` successes 2 failures ${count}`,
  ]);
  return `health ${how}${pace}${thresholds}`;
};

const command = (place: Place): string => {
  const { random } = place;
  const argument = random.pick([text, number, () => random.pick([...observed, ...spoken])])(place.deeper);
  const argv = `["sleep", ${argument}]`;
  return `runs ${random.once(6) ? "once " : ""}exec ${random.once(4) ? `(if ${boolean(place.deeper)} then ${argv} else ["true"])` : argv}`;
};

const schedule = ({ random }: Place): string =>
  `schedule ${random.pick(['"*/5 * * * *"', '"@daily"', `"30 ${inserted("1 + 1")} * * 1-5"`])}`;

const restart = ({ random }: Place): string => `restart ${random.pick(["always", "on-failure", "never"])}`;
const update = ({ random }: Place): string => `update ${random.pick(["roll", "replace"])}`;

const hostname = ({ random }: Place): string =>
  `hostname ${random.pick(['"me"', '"db.example.com"', '"me-${self.index}"', '"me-${length(self.name)}"', '"UP"'])}`;

const resolves = ({ random }: Place): string => `resolves ${random.pick(["ipv4", "ipv6", "both"])}`;

const user = (place: Place): string => `user ${place.random.pick(['"nobody"', '"www-data:adm"', "1000"])}`;
const directory = (place: Place): string =>
  `directory ${place.random.pick(['"/tmp"', '"./data"', `"/srv/${inserted(number(place.deeper))}"`])}`;
const state = ({ random }: Place): string => {
  const name = random.pick(["data", "log"]);
  const before = random.once(3) ? ` formerly ${random.pick(['"old"', '"a.data"'])}` : "";
  const size = random.pick(["", " size 8MiB", " size 1GB"]);
  return `state ${name} at ${random.pick([`"/${name}"`, `"/srv/${name}"`])}${size}${before}`;
};
const scratch = ({ random }: Place): string =>
  `scratch at ${random.pick(['"/var/cache/a"', '"/work"'])}${random.pick(["", " size 4MiB", " size 1GB"])}`;
const secret = ({ random }: Place): string => {
  const name = random.pick(["password", "token"]);
  const of = `secret("${random.pick(["db.password", "token"])}")`;
  return `secret ${name} = ${random.pick([of, `"user:${inserted(of)}"`, '"none"'])}`;
};
const file = (place: Place): string =>
  place.random.pick([
    () => text(place.deeper),
    () => place.random.pick(spoken.slice(1)),
    () => `read("./${readFile.path}")`,
    () => `"${inserted(`read("./${readFile.path}")`)} of ${inserted("self.index")}"`,
    () => `{ text = ${text(place.deeper)}, mode = "0600" }`,
    () => `{ text = ${text(place.deeper)}, owner = "nobody" }`,
    () => place.random.pick(['secret("token")', `"user:${inserted('secret("db.password")')}"`]),
  ])();
const files = (place: Place): string =>
  `files { ${place.random.several(1, 2, (i) => `"/etc/own.${i}" = ${file(place)}`).join(", ")} }${place.random.pick(["", "", " reload SIGHUP", " reload SIGUSR1"])}`;
const limits = (place: Place): string => {
  const { random } = place;
  const some = ["memory = 64MiB", "cpu = 0.5", "processes = 20", "files = 100"].filter(() => random.once(2));
  if (random.once(3)) some.push(`...{ memory = ${random.pick(["1GiB", "20_000_001B"])} }`);
  return `limits { ${some.join(", ")} }`;
};
const grants = ({ random }: Place): string => {
  const some = ["net_admin", "sys_ptrace", "ipc_lock"].filter(() => random.once(2));
  return `grants [${some.join(", ")}]`;
};
const shares = ({ random }: Place): string =>
  `shares ${random.pick(['"/srv/shared"', '"/dev/kvm"'])}${random.pick(["", ' at "/mnt/shared"', ' at "/mnt/other"'])}`;
const stop = (place: Place): string => {
  const { random } = place;
  const within = random.once(2) ? ` within ${duration(place.deeper)}` : "";
  return `stop ${random.pick(["SIGINT", "SIGQUIT", "SIGTERM"])}${within}`;
};
const start = (place: Place): string => `start within ${duration(place.deeper)}`;

/** Of what there is before it, so that none starts after itself; an automaton has a port `p`, where it has any. */
const after = (place: Place): string => {
  const { random } = place;
  const [one, other] = [place.own("a"), place.own("a")];
  if (one === null || other === null || random.once(2)) return "after []";
  const wholes = [one, `${one}, ${other}`, `[${one}, ${other}]`];
  return `after ${random.pick(place.below < libraries && random.once(3) ? [`${one}.p`] : wholes)}`;
};

/** `for i in range(…)`, perhaps with a filter; of one element at the most where a clause may stand once. */
const loop = (place: Place, isOnce: boolean): string => {
  const { random } = place;
  const source = isOnce
    ? random.pick(["[1]", "range(3, 3)", `range(1, min(1, ${count(place.deeper)}))`])
    : random.pick([`range(1, ${count(place.deeper)})`, "[0, 2, 5]"]);
  const filter = random.once(3)
    ? ` if ${random.pick(["i != 2", boolean(place.deeper.deeper.with("i"))])}`
    : "";
  return `for i in ${source}${filter}`;
};

/** Ports that a `for` makes, with names that are computed, mostly of protocols that no others speak. */
const repeatedRequires = (place: Place): string =>
  `requires "s_${inserted("i")}"?: !{ rare: [Unit] } . end ${loop(place, false)}`;
const repeatedProvides = (place: Place): string => {
  const spoken = place.mayBeOdd && place.random.once(2) ? session(place.deeper) : "?{ rare: [Int] } . end";
  return `provides "q_${inserted("i")}": ${spoken} on udp 6000 + 10 * i${place.random.once(2) ? " to 6000 + 10 * i + 3" : ""} ${loop(place, false)}`;
};

const extra = (place: Place): string => `requires extra?: ${session(place.deeper)}`;
const more = (place: Place): string =>
  `provides more: ${session(place.deeper)} on udp ${5000 + place.random.below(3)}${place.random.once(2) ? ` to ${5002 + place.random.below(2)}` : ""}`;

const provided = (place: Place, index: number): string => {
  const { random } = place;
  const listens = random.once(4) ? ` from ${2000 + random.below(2)}` : "";
  return `provides p: ${protocolOfClass(classOf(index), place)} on ${transportOfClass(classOf(index))} ${1000 + random.below(3)}${listens}`;
};
const required = (place: Place, index: number): string => {
  const { random } = place;
  const target = place.own("a", (other) => classOf(other) === classAbove(index));
  const optional = target === null || random.once(2);
  const isSingly = random.once(3) && (place.mayBeOdd || runsHere(classAbove(index)));
  const each = isSingly ? "each " : "";
  return `requires up${optional ? "?" : ""}: ${each}${protocolOfClass(classAbove(index), place)}`;
};

/** Clauses of any automaton by their tags. Ports, and the name in `with`, are chosen with what is around. */
const bodies: Readonly<
  Record<Exclude<ClauseTag, "Provides" | "Requires" | "Named">, (place: Place) => string>
> = {
  Instances: instances,
  Env: environment,
  Health: health,
  Runs: command,
  Schedule: schedule,
  Restart: restart,
  Update: update,
  User: user,
  Directory: directory,
  State: state,
  Scratch: scratch,
  Secret: secret,
  Files: files,
  Limits: limits,
  Grants: grants,
  ReadOnly: () => "read-only",
  Shares: shares,
  Stop: stop,
  Start: start,
  Hostname: hostname,
  Resolves: resolves,
  After: after,
};
const others = Object.values(bodies);

/** A clause in place of another, or one more; `ports`: of an automaton of this number. */
export const clause = (place: Place, old: string, ports: number): string => {
  if (/^\s*provides p/.test(old)) return provided(place, ports);
  if (/^\s*requires up/.test(old)) return required(place, ports);
  const word = /^\s*([\w-]+)/.exec(old)?.[1] ?? "";
  const tag = clauseTags.find((each) => clauses[each].word === word);
  const same = tag === undefined ? undefined : bodies[tag as keyof typeof bodies];
  return (same ?? place.random.pick([extra, more, repeatedRequires, repeatedProvides, ...others]))(place);
};

/** The clauses of an automaton of this number; without ports where it is negative. */
const clausesOf = (place: Place, index: number): readonly string[] => {
  const { random } = place;
  const ports = index < 0 ? [] : [provided(place, index), required(place, index)];
  if (place.mayBeOdd && index >= 0 && random.once(9)) ports.push(extra(place));
  if (place.mayBeOdd && index >= 0 && random.once(12)) ports.push(more(place));
  if (random.once(8)) ports.push(repeatedRequires(place));
  if (index >= 0 && random.once(12)) ports.push(repeatedProvides(place));
  const chosen = others
    .filter(() => random.once(2))
    .map((make) => make(place))
    .map((one) =>
      index >= 0 && one.startsWith("env {") && random.once(2)
        ? one.replace("env {", `env { PORTS = ${random.pick(ported)},`).replace(/, *}$/, " }")
        : one,
    )
    .map((one) => (random.once(12) ? `${one} ${loop(place, !place.mayBeOdd || random.once(2))}` : one));
  return [
    ...ports,
    ...(place.mayBeOdd && random.once(60) ? chosen : withoutConflicts(chosen, ports.length > 0)),
  ];
};

/** A program of hundreds of automata is rarely without errors where each may contradict itself. */
const withoutConflicts = (chosen: readonly string[], hasPorts: boolean): readonly string[] => {
  const has = (word: string): boolean => chosen.some((one) => one.startsWith(word));
  return chosen
    .filter((one) => !(one === "update roll" && has("state ")))
    .filter((one) => !one.startsWith("schedule ") || (!hasPorts && has("runs once ") && !has("instances ")))
    .map((one) => (hasPorts || has("health ") ? one.replace(/^runs once /, "runs ") : one));
};

const inBraces = (clauses: readonly string[]): string =>
  clauses.length === 0 ? "{}" : `{\n  ${clauses.join("\n  ")}\n}`;

/** One that runs elsewhere: it provides what others of its class provide, and requires nothing. */
const external = (name: string, index: number, place: Place): string => {
  const places = ["host", '"192.0.2.7"', '"2001:db8::7"', '"mx.example.com"', inserted(text(place.deeper))];
  const at = place.random.pick(place.mayBeOdd ? places : places.slice(0, 4));
  return `external ${name} { ${provided(place, index)} at ${at === places[4] ? `"x${at}"` : at} }`;
};

/** All of a declaration of an automaton; `isBare`: without ports. */
export const automatonDeclaration = (name: string, index: number, place: Place, isBare: boolean): string => {
  const { random } = place;
  const plain = inBraces(clausesOf(place, isBare ? -1 : index));
  if (isBare) return `automaton ${name} ${plain}`;
  if (random.once(10) && (place.mayBeOdd || !runsHere(classOf(index)))) return external(name, index, place);
  const alike = (other: number): boolean => classOf(other) === classOf(index);
  const [maker, model] = [place.own("k", alike), place.own("a", alike)];
  switch (random.below(8)) {
    case 0:
    case 1:
      if (maker === null) break;
      return `let ${name} = ${maker}("${name}"${random.pick(["", `, ${count(place)}`, `, n = ${count(place)}`, `, "${inserted('"n"')}" = ${count(place)}`])})`;
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
