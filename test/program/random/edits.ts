/** Random edits of a text that is a list of declarations. */
import type { Random } from "../../random.ts";
import { clause } from "./automata.ts";
import { expressions } from "./expressions.ts";
import { Place } from "./place.ts";
import type { SampleSystem } from "./sample-system.ts";
import { classes, declaredBy, type Kind, named, Scene } from "./scene.ts";

/** Declarations, one behind the other. */
export type Text = readonly string[];
/** Null where the text has nothing that can be edited so. */
type Edit = (text: Text, sample: SampleSystem) => Text | null;

/** What stands for a definition that is gone. */
export const stopgaps: Readonly<Record<Kind, string>> = {
  ...{
    n: "1",
    q: "1s",
    z: "1MB",
    t: '"gone"',
    b: "true",
    l: "[1]",
    v: '["gone"]',
    o: '{ a = 1, b = "b", c = true }',
  },
  ...{
    f: "abs",
    h: "abs",
    r: "[]",
    y: "abs",
    T: "Bytes",
    P: "end",
    k: "abs",
    a: "[]",
    w: "[]",
    s: "[]",
    m: "m",
  },
};

const at = (text: Text, index: number, ...instead: readonly string[]): Text =>
  text.toSpliced(index, 1, ...instead);

/** Where a declaration stands of which the generator can make another. */
const known = (text: Text, random: Random): number | null => {
  const index = random.below(text.length);
  return named(declaredBy(text[index]!) ?? "") === null ? null : index;
};

export const everywhere = (text: Text, name: string, other: string): Text => {
  const uses = new RegExp(`\\b${name}\\b`, "g");
  return text.map((one) => (one.includes(name) ? one.replace(uses, other) : one));
};

/** The text with a random declaration changed somewhere. */
const within = (text: Text, random: Random, change: (old: string, cut: number) => string): Text => {
  const index = random.below(text.length);
  const old = text[index]!;
  return at(text, index, change(old, random.below(old.length + 1)));
};

const insertInSystem = (text: Text, random: Random, element: string): Text => {
  const index = text.findIndex((one) => one.startsWith("system") && one.includes("\n  "));
  if (index < 0) return text;
  const lines = text[index]!.split("\n");
  return at(text, index, lines.toSpliced(1 + random.below(lines.length - 1), 0, `  ${element},`).join("\n"));
};

export const edits = {
  insert: (text, sample) => {
    const { random } = sample;
    const made = sample.fresh(text);
    const more = made.reduce((all, one) => all.toSpliced(random.below(all.length + 1), 0, one), text);
    const composition = named(declaredBy(made[1] ?? "") ?? "");
    return composition === null || random.once(4) ? more : insertInSystem(more, random, composition.name);
  },
  delete: (text, { random }) => at(text, random.below(text.length)),
  "delete with its uses": (text, { random, declaredIn }) => {
    const index = known(text, random);
    if (index === null) return null;
    const { name, kind, number } = named(declaredBy(text[index]!)!)!;
    if (kind === "s" || (kind === "P" && number < classes)) return null;
    const scene = new Scene(random, text, declaredIn);
    const isClass = kind === "a" || kind === "k";
    const like = scene
      .of(kind)
      .filter((one) => one.number < number && (!isClass || (number - one.number) % classes === 0));
    const other = kind === "w" ? stopgaps.w : (like.at(-1)?.name ?? stopgaps[kind]);
    const left = at(text, index);
    const wiring = scene.of("w").find((one) => one.number === number);
    if (kind !== "a" || wiring === undefined) return everywhere(left, name, other);
    const without = left.filter((one) => declaredBy(one) !== wiring.name);
    return everywhere(everywhere(without, wiring.name, stopgaps.w), name, other);
  },
  move: (text, { random }) => {
    const index = random.below(text.length);
    return at(text, index).toSpliced(random.below(text.length), 0, text[index]!);
  },
  exchange: (text, { random }) => {
    const [one, other] = [random.below(text.length), random.below(text.length)];
    return text.with(one, text[other]!).with(other, text[one]!);
  },
  copy: (text, { random }) => text.toSpliced(random.below(text.length), 0, random.pick(text)),
  rename: (text, { random }) => {
    const name = declaredBy(random.pick(text));
    const one = named(name ?? "");
    return one === null ? null : everywhere(text, one.name, `${one.kind}${one.number}_${random.below(50)}`);
  },
  "rename only the declaration": (text, { random }) => {
    const index = known(text, random);
    if (index === null) return null;
    const { name, kind, number } = named(declaredBy(text[index]!)!)!;
    return at(text, index, text[index]!.replace(name, `${kind}${number}_${50 + random.below(9)}`));
  },
  "rename to a name that is taken": (text, { random }) => {
    const [one, other] = [known(text, random), known(text, random)];
    if (one === null || other === null) return null;
    const [name, taken] = [declaredBy(text[one]!)!, declaredBy(text[other]!)!];
    return random.once(2) ? everywhere(text, name, taken) : at(text, one, text[one]!.replace(name, taken));
  },
  rewrite: (text, sample) => {
    const index = known(text, sample.random);
    return index === null ? null : at(text, index, sample.declare(declaredBy(text[index]!)!, text));
  },
  "rewrite a system": (text, sample) => {
    const index = text.findIndex((one) => one.startsWith("system"));
    if (index < 0) return sample.isLibrary ? null : [...text, sample.system(text)];
    const name = named(declaredBy(text[index]!) ?? "");
    return name === null ? null : at(text, index, sample.declare(name.name, text));
  },
  "change a clause": (text, sample) => {
    const { random } = sample;
    const automata = text.flatMap((one, i) =>
      /^(?:automaton|let [ak])/.test(one) && one.split("\n").length > 2 ? i : [],
    );
    if (automata.length === 0) return null;
    const index = random.pick(automata);
    const lines = text[index]!.split("\n");
    if (named(declaredBy(text[index]!) ?? "") === null) return null;
    const { number } = named(declaredBy(text[index]!)!)!;
    const line = 1 + random.below(lines.length - 2);
    const place = new Place(expressions, new Scene(random, text, sample.declaredIn), number);
    const made = `  ${clause(place, random.once(3) ? "" : lines[line]!, number)}`;
    const changed = random.pick([
      lines.with(line, made),
      lines.toSpliced(line, 0, made),
      lines.toSpliced(line, 1),
    ]);
    return at(text, index, changed.join("\n"));
  },
  "change a number": (text, { random }) => {
    const index = random.below(text.length);
    const changed = text[index]!.replace(/\b\d\b/, `${random.below(10)}`);
    return at(text, index, changed);
  },
  comment: (text, { random }) => {
    const index = random.below(text.length);
    const old = text[index]!;
    const note = random.pick([`-- note ${random.below(99)}\n`, `{- é {- ${random.below(99)} -} -} `]);
    if (random.once(2)) return at(text, index, note + old);
    return at(text, index, old.replace(/\n| (?=[=(])/, ` ${note}`));
  },
  "remove a comment": (text) => {
    const index = text.findIndex((one) => one.startsWith("--"));
    return index < 0 ? null : at(text, index, text[index]!.replace(/^--.*\n/, ""));
  },
  whitespace: (text, { random }) =>
    within(text, random, (old, cut) => {
      const space = old.indexOf(" ", cut);
      return space < 0
        ? `${old}\n`
        : old.slice(0, space) + random.pick(["  ", "\n  ", "\t", " \r\n "]) + old.slice(space + 1);
    }),
  "break: a character less": (text, { random }) =>
    within(text, random, (old, cut) => old.slice(0, cut) + old.slice(cut + 1)),
  "break: a token more": (text, { random }) =>
    within(text, random, (old, cut) => {
      const tokens = [...'( ) } { [ , " x 1 = -- {- """ self => ; ${'.split(" "), "let ", "\nlet "];
      return old.slice(0, cut) + random.pick(tokens) + old.slice(cut);
    }),
  "break: cut off": (text, { random }) => within(text, random, (old, cut) => old.slice(0, cut)),
  "break: a name for another": (text, { random }) => {
    const name = declaredBy(random.pick(text));
    const other = declaredBy(random.pick(text));
    return name === null || other === null
      ? null
      : within(text, random, (old) => old.replace(new RegExp(`\\b${name}\\b(?!\\s*=)`), other));
  },
} satisfies Readonly<Record<string, Edit>>;

export type EditName = keyof typeof edits;
