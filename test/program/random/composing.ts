/** Random compositions of automata, and systems of them. */
import { classAbove, classOf } from "./automata.ts";
import { number } from "./numbers.ts";
import type { Place } from "./place.ts";
import { named, oneWay } from "./scene.ts";
import { boolean } from "./values.ts";

/** The composition that wires the automaton of this number. */
export const wire = (index: number, place: Place): string => {
  const { random, scene } = place;
  const self = scene.of("a").find((one) => one.number === index)?.name ?? place.own("a");
  const target = place.own("a", (other) => classOf(other) === classAbove(index) && other < index);
  const bare = scene.foreign("a");
  if (self === null) return "[]";
  if (target === null) return random.pick([self, `[${self}]`, bare === null ? self : `[${self}, ${bare}]`]);
  const arrow = classAbove(index) === oneWay && random.once(2) ? "->" : "=>";
  const like = (other: number): boolean => classOf(other) === classAbove(index) && other < index;
  const other = place.own("a", like) ?? target;
  const maker = place.own("k", (one) => classAbove(one) === classAbove(index));
  const before = place.own("w", (one) => one < index);
  const plain = random.pick([`${self}(up = ${target})`, `${self}.up ${arrow} ${target}`]);
  switch (random.below(21)) {
    case 3:
      return `[${self}.up ${arrow} ${target}]`;
    case 4:
      return `${self}.up ${arrow} ${target}.p`;
    case 5:
      return `${self} ${arrow} ${target}`;
    case 6:
      return `${self}.up ${arrow} ${target} | ${other}`;
    case 7:
      return `${self}(${random.pick(["up", '"up"', `"u${"$"}{"p"}"`])} = ${target}.p | ${other}.p)`;
    case 8:
      return before === null ? plain : `[${before}, ${self}.up ${arrow} ${target}.p]`;
    case 9:
      return `let x = ${self} in x.up ${arrow} ${target}`;
    case 10:
      return `(fn(x, y) x.up ${arrow} y)(${self}, ${target})`;
    case 11:
      return `if ${boolean(place.deeper)} then ${self}.up ${arrow} ${target} else ${self}(up = ${target})`;
    case 12:
      if (maker === null) return plain;
      return `[${self}.up ${arrow} ${target}, ...[${maker}("x${index}_${"$"}{i}").up ${arrow} ${target} for i in range(1, clamp(floor(${number(place.deeper.deeper)}), 0, 3))]]`;
    case 13:
      return `[${self}.up ${arrow} ${target}, publish(${target}.p, ${2000 + (named(target)?.number ?? 0)})]`;
    case 14:
      return `fold(fn(all, x) [all, x.up ${arrow} ${target}], [], [${self}])`;
    case 15:
      return `[x.up ${arrow} ${target} for x in [${self}, ${self}]]`;
    case 16:
      return `${self}.up ${arrow} [${target}, ${target}]`;
    case 17:
      return before === null ? plain : `concat([${before}], [${self}.up ${arrow} ${target}])`;
    case 18:
      // Written both ways, a wire is a request.
      return arrow === "->" ? `[${self}.up -> ${target}, ${self}.up => ${target}]` : plain;
    default:
      return plain;
  }
};

/** A system of all compositions that there are; another of this one. */
export const system = (place: Place): string => {
  const { random, scene } = place;
  const other = place.ref("s");
  if (other !== null) return `[${other}, ${place.ref("a") ?? "[]"}]`;
  const elements: string[] = [];
  for (const { name } of scene.of("w")) {
    elements.push(
      random.once(8)
        ? random.pick([
            `[${name}]`,
            `...[${name}, []]`,
            `if ${boolean(place.deeper.deeper)} then ${name} else [${name}]`,
            `let x = ${name} in x`,
            `[x for x in [${name}]]`,
          ])
        : name,
    );
  }
  const published = random.several(0, 2, () => random.pick(scene.of("a")));
  // Of none nothing is picked.
  for (const { name, number: index } of published.filter(Boolean)) {
    const twin = place.own("a", (one) => classOf(one) === classOf(index));
    const port = place.mayBeOdd && random.once(12) ? 2000 : 3000 + index;
    elements.push(`publish(${name}.p${random.once(3) && twin !== null ? ` | ${twin}.p` : ""}, ${port})`);
  }
  return elements.length === 0 ? "[]" : `[\n  ${elements.join(",\n  ")},\n]`;
};
