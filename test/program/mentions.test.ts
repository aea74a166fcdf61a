import test from "ava";
import { Document } from "../../grammar/document.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { allFreeNames } from "../../src/language/names.ts";
import { namesIn, noMentions, remention } from "../../src/program/mentions.ts";
import { Random } from "../random.ts";

const none = (): boolean => false;

test("what an edit changes of the mentions of a long list is what reading all of it says", (t) => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const terms = new Terms();
    const names = Array.from({ length: 200 }, () => `n${random.below(120)}`);
    const termOf = (): Term =>
      [...Document.parse(`let l = [${names.join(", ")}, [${names[0]}]]`, terms).declarations][0]!.term!;
    let term = termOf();
    let known = remention(noMentions, null, term, none);
    for (let step = 0; step < 30; step++) {
      if (random.once(3)) names.splice(random.below(names.length), 1);
      else if (random.once(2)) names[random.below(names.length)] = `n${random.below(120)}`;
      else names.splice(random.below(names.length), 0, `n${random.below(120)}`);
      if (random.once(12)) names.splice(20);
      while (names.length < 20) names.push("more");
      const before = new Set(namesIn(known.mentions));
      const next = termOf();
      known = remention(known.mentions, term, next, none);
      term = next;
      const expected = allFreeNames(term, none);
      t.deepEqual([...namesIn(known.mentions)].sort(), [...expected].sort());
      t.deepEqual([...known.gained].sort(), [...expected].filter((name) => !before.has(name)).sort());
      t.deepEqual([...known.lost].sort(), [...before].filter((name) => !expected.has(name)).sort());
    }
  }
});
