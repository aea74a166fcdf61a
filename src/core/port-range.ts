/** Ports whose numbers follow each other. */

/** One port, or all from `number` to `last`. */
export interface PortRange {
  readonly number: number;
  /** Without it, it is one port. */
  readonly last?: number;
}

/** So many ports a range has at the most: as many as RTP servers take by custom, 16384 to 32767. */
export const maxRangeLength = 16_384;

/** The last port. */
export const lastOf = ({ number, last }: PortRange): number => last ?? number;

/** Whether it is more than one port. */
export const isRange = (ports: PortRange): boolean => lastOf(ports) > ports.number;

/** What a resource says of the last port: nothing where there is one. */
export const withLast = (number: number, last: number): { readonly last?: number } =>
  last > number ? { last } : {};

/** All its ports. */
export const numbersOf = (ports: PortRange): readonly number[] =>
  Array.from({ length: lastOf(ports) - ports.number + 1 }, (_, i) => ports.number + i);

/** Whether a port is one of them. */
export const hasPort = (ports: PortRange, port: number): boolean =>
  port >= ports.number && port <= lastOf(ports);

/** The ports of the host at which a range, or one port, is published. */
export const publishedPorts = ({
  hostPort,
  last,
}: {
  readonly hostPort: number;
  readonly last?: number;
}): PortRange => ({
  number: hostPort,
  ...(last === undefined ? {} : { last }),
});

/** Whether two have a port in common. */
export const overlap = (a: PortRange, b: PortRange): boolean =>
  a.number <= lastOf(b) && b.number <= lastOf(a);

/** `80`, `10000 to 10100` */
export const portsText = (ports: PortRange): string =>
  isRange(ports) ? `${ports.number} to ${lastOf(ports)}` : String(ports.number);
