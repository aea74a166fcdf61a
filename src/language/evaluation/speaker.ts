/** Who speaks in the clauses of an automaton: what `self`, `requires` and `provides` mean there. */
import { hostName } from "../host-name.ts";
import { plain } from "../quantity.ts";
import {
  type AutomatonValue,
  number,
  type ProvidedPort,
  poison,
  type RecordValue,
  record,
  type SelfValue,
  text,
  type Value,
} from "../value.ts";
import { bind, type Scope } from "./scope.ts";

/** What these names mean, for an instance or for all of them together. */
export interface Speaker {
  readonly self: SelfValue;
  readonly requires: Value;
  readonly provides: Value;
}

/** A port by its name; null: it failed, and was reported. */
export interface SpokenPort {
  readonly name: string;
  /** The number, of a range the first; of a requirement that is not wired null. */
  readonly number: number | null;
  /** The last number of a range. */
  readonly last?: number | undefined;
}

const called = (name: string, fields: Iterable<readonly [string, Value]>): RecordValue => ({
  ...(record(fields) as RecordValue),
  called: `\`${name}\``,
});

/** What is known of a port that a clause provides. */
type OwnPort = Pick<ProvidedPort, "name" | "number" | "last" | "listens">;

const provided = ({ name, number: first, last, listens }: OwnPort): readonly [string, Value] => [
  name,
  called(`provides.${name}`, [
    ["port", number(plain(listens))],
    ["last", number(plain(last > first ? last : listens))],
  ]),
];

/** What is not wired is empty, as its variables are missing. */
const required = ({ name, number: at, last }: SpokenPort): readonly [string, Value] => {
  const host = at === null ? "" : hostName(name);
  return [
    name,
    called(`requires.${name}`, [
      ["host", text(host)],
      ["port", number(plain(at ?? 0))],
      ["last", number(plain(last ?? at ?? 0))],
      ["addr", text(at === null ? "" : `${host}:${at}`)],
    ]),
  ];
};

/** The ports by their names; nothing is known of them where a name failed. */
const ports = (
  name: "requires" | "provides",
  lost: readonly (string | null)[],
  known: readonly (readonly [string, Value])[],
): Value => {
  const names = lost.filter((one) => one !== null);
  return names.length < lost.length ? poison : called(name, [...failed(names), ...known]);
};

const failed = (names: Iterable<string>): readonly (readonly [string, Value])[] =>
  Array.from(names, (name) => [name, poison]);

/** Of an automaton by its ports; of those that it provides, the number at which it listens. `lost`: the names of ports that failed. */
export const speakerOf = (
  self: SelfValue["of"],
  requires: readonly SpokenPort[],
  provides: readonly OwnPort[],
  lost: {
    readonly requires: readonly (string | null)[];
    readonly provides: readonly (string | null)[];
  } = none,
): Speaker => ({
  self: { _tag: "Self", of: self },
  requires: ports("requires", lost.requires, requires.map(required)),
  provides: ports("provides", lost.provides, provides.map(provided)),
});

const none = { requires: [], provides: [] };

/** The number of a required port before anything is wired. */
const someNumber = 1;

/** Of an automaton as it stands for itself, before it is wired. `index`: of an instance, or null. */
export const trialSpeaker = (
  { name, requires, provides }: Pick<AutomatonValue, "name" | "requires" | "provides">,
  index: number | null,
  lost?: Parameters<typeof speakerOf>[3],
): Speaker =>
  speakerOf(
    { isTrial: true, name, index: () => index },
    requires.map((port) => ({ name: port.name, number: someNumber })),
    provides,
    lost,
  );

/** A clause's scope with what these names mean in it. */
export const speaking = (scope: Scope, { self, requires, provides }: Speaker): Scope =>
  bind(bind(bind(scope, "self", self), "requires", requires), "provides", provides);
