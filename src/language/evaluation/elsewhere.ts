/** `at` behind a provided port: where a port is that runs elsewhere. */
import { describe } from "../describe.ts";
import { asAddress, unusable } from "../ip-address.ts";
import type { Site } from "../problem.ts";
import { quote } from "../quote.ts";
import type { Elsewhere, Value } from "../value.ts";
import type { Machine } from "./machine.ts";

const longestName = 253;
const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** What keeps a text from being the name of a host, as the end of a sentence; null: nothing does. */
const wrongWithName = (text: string): string | null => {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  const labels = name.split(".");
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return "a URL: write the host alone, and the port behind `on tcp`";
  if (/^[^:]+:\d+$/.test(text))
    return "a host with a port: write the host alone, and the port behind `on tcp`";
  if (name.length > longestName || !labels.every((one) => label.test(one)))
    return "neither an address nor the name of a host";
  // Resolvers take such a name for an address, each in its own way.
  return /^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1)!) ? "not a whole address" : null;
};

/** The port is elsewhere as this says; null where it says no such thing, which then is reported. */
export const checkElsewhere = (value: Value, site: Site, machine: Machine): Elsewhere | null => {
  if (value._tag === "Host") return { _tag: "OnHost" };
  const wanted = "`at` takes the name or the address of a host, or `host` for this machine";
  const refuse = (message: string, hint: string): null => {
    machine.report("type-mismatch", message, site, [{ message: hint }]);
    return null;
  };
  if (value._tag !== "String") {
    if (value._tag !== "Poison") machine.report("type-mismatch", `${wanted}, not ${describe(value)}`, site);
    return null;
  }
  const { text } = value;
  const address = asAddress(text);
  if (address !== null) {
    const reason = unusable(address);
    if (reason === null) return { _tag: "Address", address };
    const hint =
      reason === "this machine itself" ? "`at host` is this machine" : "write an address that a host has";
    return refuse(`${quote(text)} is ${reason}`, hint);
  }
  if (/^localhost\.?$/i.test(text))
    return refuse(`${quote(text)} is this machine itself`, "`at host` is this machine");
  const reason = wrongWithName(text);
  if (reason === null) return { _tag: "HostName", name: text.toLowerCase().replace(/\.$/, "") };
  return refuse(
    `${wanted}: ${quote(text)} is ${reason}`,
    'for example `at "mx.example.com"`, `at "192.0.2.7"`',
  );
};
