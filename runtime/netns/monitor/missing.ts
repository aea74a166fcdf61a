/** What is missing of the ports of an instance, in words. Pure. */
import type { WantedPort } from "../../../src/core/monitor.ts";
import type { DualAddress, Family } from "../../../src/core/resource.ts";
import { familiesOf, isReachable, type Listener, type Listening, type Port } from "../../observe/listener.ts";

/** Where the ports that a program chooses at random begin: what is bound there tells nothing. */
const firstEphemeral = 32_768;
/** Of many listeners so many are named. */
const named = 3;

const inWords = (words: readonly string[]): string => {
  const all = [...new Set(words)];
  const shown = all.length <= named + 1 ? all : [...all.slice(0, named), `${all.length - named} more`];
  return shown.length <= 1 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
};

const familyNames = { ipv4: "IPv4", ipv6: "IPv6" } as const;

/** The one family by which a port is not heard; null where it is heard by none, or any would do. */
const lackingFamily = ({ families = [] }: WantedPort): Family | null =>
  families.length === 1 ? families[0]! : null;

const byNumber = (a: Port, b: Port): number => a.number - b.number;

const isAt =
  ({ transport, number }: Port) =>
  (one: Port): boolean =>
    one.transport === transport && one.number === number;

/**
 * `nothing listens on 9000 yet`, `listens on 127.0.0.1:9000 only`, `listens on 3000, not on
 * 9000`, `listens on [::]:9000 only for IPv6, and its clients ask by IPv4`; null where nothing is missing. `wasReady`: it did listen once. Ports are of tcp
 * unless `udp` stands before them.
 */
export const missingWords = (
  { missing, listeners }: Listening,
  own: DualAddress,
  wasReady = false,
): string | null => {
  if (missing.length === 0) return null;
  const hasUdp = missing.some(({ transport }) => transport === "udp");
  const label = ({ transport }: Port, place: string): string => (hasUdp ? `${transport} ${place}` : place);
  const portOf = (port: Port): string => label(port, String(port.number));
  const fullPlaceOf = (one: Listener): string => {
    const address = one.address.includes(":") ? `[${one.address}]` : one.address;
    return label(one, `${address}:${one.number}${one.isLoopback ? " of the loopback device" : ""}`);
  };
  const placeOf = (one: Listener): string => (isReachable(one, own) ? portOf(one) : fullPlaceOf(one));

  const other = missing.flatMap((port) => {
    const lacking = lackingFamily(port);
    const there = listeners.filter((one) => isAt(port)(one) && isReachable(one, own));
    return lacking === null || there.length === 0 ? [] : [{ port, lacking, there }];
  });
  const isOther = (port: Port): boolean => other.some((one) => one.port === port);
  const onlyHere = listeners.filter((one) => missing.some((port) => !isOther(port) && isAt(one)(port)));
  const nowhere = missing.filter((port) => !listeners.some(isAt(port))).sort(byNumber);
  const elsewhere = listeners
    .filter((one) => !missing.some(isAt(one)) && (one.transport === "tcp" || one.number < firstEphemeral))
    .sort(byNumber);

  const sentences: string[] = [];
  for (const { lacking, there } of other) {
    const places = inWords(there.map(fullPlaceOf));
    const families = inWords(there.flatMap((one) => familiesOf(one, own)).map((one) => familyNames[one]));
    sentences.push(
      `listens on ${places} only for ${families}, and its clients ask by ${familyNames[lacking]}`,
    );
  }
  if (onlyHere.length > 0) sentences.push(`listens on ${inWords(onlyHere.map(placeOf))} only`);
  if (nowhere.length > 0) {
    const ports = inWords(nowhere.map(portOf));
    sentences.push(
      elsewhere.length > 0
        ? `listens on ${inWords(elsewhere.map(placeOf))}, not on ${ports}`
        : `nothing listens on ${ports} ${wasReady ? "any more" : "yet"}`,
    );
  }
  return sentences.join("; ");
};
