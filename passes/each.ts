/** What the instances behind a requirement are called where each is reached by itself. */
import { hostListPath, type Reached } from "../src/core/resource.ts";

/** `peers-2` */
export const eachHost = (host: string, index: number): string => `${host}-${index}`;

/** `peers-0:7000`, …: as many as there are. */
export const eachAddrs = (host: string, each: readonly Reached[]): readonly string[] =>
  each.map(({ number }, index) => `${eachHost(host, index)}:${number}`);

/**
 * Variables of such a requirement. The first two follow the provider's instances, so what runs
 * has them as they were when it started; the file is kept up.
 */
export const eachVariables = (
  name: string,
  host: string,
  each: readonly Reached[],
): {
  readonly moving: Readonly<Record<string, string>>;
  readonly fixed: Readonly<Record<string, string>>;
} => ({
  moving: { [`${name}_ADDRS`]: eachAddrs(host, each).join(","), [`${name}_COUNT`]: String(each.length) },
  fixed: { [`${name}_FILE`]: hostListPath(host) },
});
