/** 10,000 children in order: one change, and the digest of all of them in order. */
import { type Row, race, time } from "../measure.ts";
import { ivmWide } from "./ivm.ts";
import { loopWide } from "./loop.ts";
import { seqWide } from "./ours.ts";
import { alien, mobxEngine, preact } from "./signals.ts";
import { size, type Wide } from "./wide.ts";
import { flatWide, treeWide } from "./with-signals.ts";

const steps: Readonly<Record<string, (wide: Wide, i: number) => void>> = {
  "change one": (wide, i) => wide.change((i * 7919) % size, i),
  "insert or delete first": (wide, i) => (i % 2 === 0 ? wide.insert(0, i) : wide.remove(0)),
  "insert or delete in the middle": (wide, i) =>
    i % 2 === 0 ? wide.insert(size / 2, i) : wide.remove(size / 2),
  "insert or delete last": (wide, i) => (i % 2 === 0 ? wide.insert(size, i) : wide.remove(size)),
  move: (wide, i) => {
    wide.remove((i * 31) % (size - 1));
    wide.insert((i * 17) % (size - 1), i);
  },
};

/** Throws where a contender has not done what the others did: it would be no contest. */
const compare = (contenders: readonly Wide[]): void => {
  const [first, ...others] = contenders.filter((wide) => wide.values() !== null);
  const expected = JSON.stringify(first!.values());
  for (const other of others) {
    if (JSON.stringify(other.values()) !== expected) throw new Error(`${other.name} holds something else`);
  }
};

/** Steps that all take first, to see that they do the same: as many of each kind that alternate. */
const rehearsed = 120;

export const benchWide = (rounds = 15): Row[] =>
  Object.entries(steps).map(([step, run]) => {
    const contenders = [
      seqWide(),
      loopWide(),
      ...[alien, preact, mobxEngine].flatMap((make) => [treeWide(make()), flatWide(make())]),
      ivmWide(),
    ];
    const racers = contenders.map((wide) => {
      let i = 0;
      const next = (): void => {
        run(wide, i++);
        wide.digest();
      };
      return { name: wide.name, run: next };
    });
    for (const racer of racers) for (let i = 0; i < rehearsed; i++) racer.run();
    compare(contenders);
    const medians = race(racers, { rounds });
    const ahead = (fits: (name: string) => boolean): string => {
      const peers = [...medians].filter(([name]) => name !== "architect" && fits(name));
      return `${(Math.min(...peers.map(([, ns]) => ns)) / medians.get("architect")!).toFixed(1)}×`;
    };
    return {
      step,
      ...Object.fromEntries([...medians].map(([name, ns]) => [name, time(ns)])),
      "ahead of libraries": ahead((name) => name.endsWith(", flat") || name.startsWith("@tanstack")),
      "of the loop": ahead((name) => name === "indexed loop"),
      "of hand-built trees": ahead((name) => name.endsWith(", tree")),
    };
  });
