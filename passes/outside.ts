/** Where the ports of an external automaton are. */
import { resolvedCell } from "../src/core/cell-key.ts";
import type { Reader } from "../src/core/pass.ts";
import { type EndpointAddress, hostPlace } from "../src/core/resource.ts";
import type { AutomatonValue, Elsewhere } from "../src/language/value.ts";

/** A port that is outside of the system, and the places where it is; none while its name is not resolved. */
export interface Outside {
  readonly port: string;
  /** The name of the host; null where it is at an address, or on this machine. */
  readonly host: string | null;
  readonly places: readonly EndpointAddress[];
}

const placesAt = (at: Elsewhere, read: Reader): readonly EndpointAddress[] => {
  switch (at._tag) {
    case "Anywhere":
      return [];
    case "OnHost":
      return [hostPlace];
    case "Address":
      return [at.address.includes(":") ? { v4: null, v6: at.address } : { v4: at.address, v6: null }];
    case "HostName": {
      const { v4, v6 } = read.cell(resolvedCell(at.name)) ?? { v4: [], v6: [] };
      const count = Math.max(v4.length, v6.length);
      // Which address of one family belongs to which of the other nobody says, and nobody needs to know.
      return Array.from({ length: count }, (_, i) => ({ v4: v4[i] ?? null, v6: v6[i] ?? null }));
    }
  }
};

/** The ports of an external automaton with their places, in their order. */
export const placesOf = ({ provides }: AutomatonValue, read: Reader): readonly Outside[] =>
  provides.flatMap(({ name, at }) =>
    at === null
      ? []
      : [{ port: name, host: at._tag === "HostName" ? at.name : null, places: placesAt(at, read) }],
  );
