/** Ports as their clauses say them. */
import { portsText } from "../core/port-range.ts";
import { quote } from "./quote.ts";
import type { Elsewhere, ProvidedPort, RequiredPort } from "./value.ts";

/** Where a port is that runs elsewhere, as it is written. */
export const elsewhereText = (at: Elsewhere): string => {
  switch (at._tag) {
    case "OnHost":
      return "host";
    case "Address":
      return quote(at.address);
    case "Anywhere":
      return "anywhere";
    case "HostName":
      return quote(at.name);
  }
};

/** `provides web: Http on tcp 80 from 8080`, `… at "mx.example.com"` */
export const providedText = ({
  name,
  label,
  transport,
  number,
  last,
  listens,
  at,
}: Omit<ProvidedPort, "protocol" | "site">): string => {
  const from = listens === number ? "" : ` from ${listens}`;
  return `provides ${name}: ${label} on ${transport} ${portsText({ number, last })}${from}${at === null ? "" : ` at ${elsewhereText(at)}`}`;
};

/** `requires kv?: each Store` */
export const requiredText = ({
  name,
  label,
  optional,
  each,
}: Omit<RequiredPort, "protocol" | "site">): string =>
  `requires ${name}${optional ? "?" : ""}: ${each ? "each " : ""}${label}`;
