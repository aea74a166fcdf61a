/** Programs of a simulation: a shop that is edited again and again. */
import type { Random } from "../random.ts";

/** What the text of a program is made from. */
export interface Shape {
  /** Instances of the store, as it is written. */
  readonly stores: number;
  /** Seconds for which the front settles. */
  readonly settle: number;
  readonly hasExtra: boolean;
  readonly publishes: boolean;
  /** Whether the worker is wired to a host elsewhere, by its name. */
  readonly mails: boolean;
  /** Versions of the programs, and how long each takes to listen (`never`: it does not). */
  readonly marks: Readonly<Record<Automaton, string>>;
  readonly takes: Readonly<Record<Automaton, string>>;
  /** Each of `after` starts after those before it in this order, but for `extra`, which may not be there. */
  readonly order: readonly Automaton[];
  readonly after: ReadonlySet<Automaton>;
  /** Those whose instances are told their number: no two have the same spec. */
  readonly numbered: ReadonlySet<Automaton>;
  /** A job that runs by the clock; null: there is none. */
  readonly backup: Backup | null;
}

/** Its times, for how long it runs in milliseconds, and whether it starts after the store. */
export interface Backup {
  readonly cron: string;
  readonly takes: number;
  readonly waits: boolean;
}

export const automata = ["store", "front", "worker", "extra"] as const;
export type Automaton = (typeof automata)[number];

const each = <T>(value: T): Record<Automaton, T> => ({
  store: value,
  front: value,
  worker: value,
  extra: value,
});

export const firstShape: Shape = {
  stores: 2,
  settle: 30,
  hasExtra: false,
  publishes: true,
  mails: true,
  marks: each("1"),
  takes: each("0"),
  order: automata,
  after: new Set(),
  numbered: new Set(),
  backup: null,
};

export const firstBackup: Backup = { cron: "* * * * *", takes: 2_000, waits: false };

export const textOf = ({
  stores,
  settle,
  hasExtra,
  publishes,
  mails,
  marks,
  takes,
  order,
  after,
  numbered,
  backup,
}: Shape): string => {
  const job =
    backup === null
      ? ""
      : `automaton backup { runs once exec ["true", "0", "${backup.takes}"] schedule "${backup.cron}"${backup.waits ? " after store" : ""} }\n`;
  const runs = (name: Automaton): string => {
    const before = order.slice(0, order.indexOf(name)).filter((one) => one !== "extra");
    const waits = after.has(name) && before.length > 0 ? ` after ${before.join(", ")}` : "";
    const number = numbered.has(name) ? ' env { NUMBER = "${self.index}" }' : "";
    return `runs exec ["true", "${marks[name]}", "${takes[name]}"]${waits}${number}`;
  };
  return `protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
let workers = input("workers", 2)
automaton store { provides kv: Web on tcp 6379 ${runs("store")} instances ${stores} }
automaton front {
  provides web: Web on tcp 8080
  requires kv: Web
  ${runs("front")}
  instances clamp(ceil(self.connections / 50), 1, 6) settle ${settle}s
}
protocol Mail = mu t. &{ mail: ?Bytes . t, quit: end }
external mail { provides smtp: Mail on tcp 25 at "mail.example.com" }
automaton worker { requires kv: Web requires smtp?: Mail ${runs("worker")} instances workers restart always }
automaton extra { provides more: Web on tcp 9000 requires kv: Web ${runs("extra")} }
${job}system shop = [front => store, worker => store${hasExtra ? ", extra => store" : ""}${mails ? ", worker.smtp => mail" : ""}${publishes ? ", publish(front.web, 8080)" : ""}${backup === null ? "" : ", backup"}]
`;
};

/** One edit further. */
export const edited = (shape: Shape, random: Random): Shape => {
  const automaton = random.pick(automata);
  if (shape.backup !== null && random.once(4))
    return { ...shape, backup: editedBackup(shape.backup, random) };
  switch (random.below(10)) {
    case 0:
      return { ...shape, stores: 1 + random.below(8) };
    case 1:
      return { ...shape, hasExtra: !shape.hasExtra };
    case 2:
      return { ...shape, publishes: !shape.publishes };
    case 3:
      return { ...shape, settle: random.pick([5, 30, 60]) };
    case 4:
      return { ...shape, after: new Set(automata.filter(() => random.once(2))) };
    case 5: {
      const order = [...shape.order];
      const [one] = order.splice(random.below(order.length), 1);
      order.splice(random.below(order.length + 1), 0, one!);
      return { ...shape, order };
    }
    case 6:
      return { ...shape, numbered: new Set(automata.filter(() => random.once(2))) };
    case 7:
      return { ...shape, mails: !shape.mails };
    default: {
      const takes = random.pick(["0", "0", "200", "1500", "8000", "never"]);
      return {
        ...shape,
        marks: { ...shape.marks, [automaton]: String(random.below(1_000_000)) },
        takes: { ...shape.takes, [automaton]: takes },
      };
    }
  }
};

const editedBackup = (backup: Backup, random: Random): Backup =>
  random.pick<() => Backup>([
    () => ({ ...backup, cron: random.pick(["* * * * *", "*/2 * * * *", "30 * * * *"]) }),
    () => ({ ...backup, takes: random.pick([0, 2_000, 50_000, 100_000]) }),
    () => ({ ...backup, waits: !backup.waits }),
  ])();

/** The same without programs that never listen, and jobs that take long. */
export const mended = (shape: Shape): Shape => ({
  ...shape,
  backup: shape.backup && { ...shape.backup, takes: Math.min(shape.backup.takes, 2_000) },
  takes: Object.fromEntries(
    automata.map((name) => [name, shape.takes[name] === "never" ? "100" : shape.takes[name]]),
  ) as Shape["takes"],
});

/** A text with an error, of several kinds. */
export const broken = (shape: Shape, random: Random): string =>
  random.pick([
    (text: string) => text.replace("instances", 'instances "many" #'),
    (text: string) => text.replace("front => store", "front => stare"),
    (text: string) => text.slice(0, -3),
  ])(textOf(shape));
