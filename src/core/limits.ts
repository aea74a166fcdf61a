/** What an instance may use at the most: the kinds of limits, and how they are told. */

/** What can be limited, in the order in which it is told. */
export const limitNames = ["memory", "cpu", "processes", "files"] as const;

/** `memory`: of all its processes. `cpu`: cores that are busy at one time. `processes`: with their threads. `files`: open ones, of each process. */
export type LimitName = (typeof limitNames)[number];

/** Bytes, cores, and numbers; what is not there is not limited. */
export type Limits = Readonly<Partial<Record<LimitName, number>>>;

/** Bytes, by the names of kept directories. */
export type StateSizes = Readonly<Record<string, number>>;

/** Those that there are, in their order. */
export const limitsThereAre = (limits: Limits): readonly (readonly [LimitName, number])[] =>
  limitNames.flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [[name, value] as const];
  });

const units = ["GiB", "MiB", "KiB"] as const;

/** `64MiB`, as a program would say it. */
export const sizeText = (bytes: number): string => {
  for (const [i, unit] of units.entries()) {
    const size = 1024 ** (units.length - i);
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
};

/** How much, as a program says it: `64MiB`, `0.5`. */
export const limitValue = (name: LimitName, value: number): string =>
  name === "memory" ? sizeText(value) : String(value);

/** A limit as a program says it: `memory = 64MiB`. */
export const limitText = (name: LimitName, value: number): string => `${name} = ${limitValue(name, value)}`;

/** What is limited of an instance, each as a program says it: `memory = 64MiB`, `state data = 1GiB`. */
export const limitTexts = (limits: Limits & { readonly state?: StateSizes }): readonly string[] => [
  ...limitsThereAre(limits).map((limit) => limitText(...limit)),
  ...Object.entries(limits.state ?? {}).map(([name, bytes]) => `state ${name} = ${sizeText(bytes)}`),
];
