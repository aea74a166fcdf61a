/** Addresses as programs write them. */
import { isOfMachine4, machineAddresses6 } from "../core/machine-addresses.ts";
import { hostPlace } from "../core/resource.ts";

const part = /^(?:0|[1-9]\d{0,2})$/;

const bytes4 = (text: string): readonly number[] | null => {
  const parts = text.split(".");
  const isOne = parts.length === 4 && parts.every((one) => part.test(one) && Number(one) < 256);
  return isOne ? parts.map(Number) : null;
};

/** The eight groups of an IPv6 address; null of another text. */
const groups6 = (text: string): readonly number[] | null => {
  if (!/^[0-9A-Fa-f:.]+$/.test(text)) return null;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const last = dotted === null ? null : bytes4(dotted[2]!);
  if (text.includes(".") && last === null) return null;
  const plain =
    dotted === null || last === null
      ? text
      : `${dotted[1]}${((last[0]! << 8) | last[1]!).toString(16)}:${((last[2]! << 8) | last[3]!).toString(16)}`;
  const halves = plain.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const [head = [], tail = []] = halves;
  const all = [...head, ...tail];
  if (halves.length > 2 || !all.every((one) => /^[0-9A-Fa-f]{1,4}$/.test(one))) return null;
  if (halves.length === 2 ? all.length > 7 : all.length !== 8) return null;
  const zeros = new Array<string>(8 - all.length).fill("0");
  return [...head, ...zeros, ...tail].map((one) => Number.parseInt(one, 16));
};

/** As RFC 5952 has it: in lower case, the longest run of zeros left out. */
const text6 = (groups: readonly number[]): string => {
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let zeros = 0;
    while (i + zeros < 8 && groups[i + zeros] === 0) zeros++;
    if (zeros > length) [start, length] = [i, zeros];
  }
  const words = groups.map((group) => group.toString(16));
  if (start < 0) return words.join(":");
  return `${words.slice(0, start).join(":")}::${words.slice(start + length).join(":")}`;
};

/** An address in its canonical text; null of a text that is none. */
export const asAddress = (text: string): string | null => {
  const four = bytes4(text);
  if (four !== null) return four.join(".");
  const groups = text.includes(":") ? groups6(text) : null;
  return groups === null ? null : text6(groups);
};

const onOneLink = "an address that means something on one link alone";

/** What an address is that no host elsewhere has, as the end of a sentence; null: some host may have it. */
export const unusable = (address: string): string | null => {
  // What goes to these comes to the loopback of the machine.
  if (address === hostPlace.v4 || address === hostPlace.v6) return "this machine itself";
  const four = bytes4(address);
  if (four !== null) {
    const [first] = four;
    if (first === 127) return "this machine itself";
    if (first === 0) return "the address of no host";
    if (first! >= 240) return "reserved";
    return first! >= 224 ? "a group of hosts" : null;
  }
  const groups = groups6(address)!;
  if (groups.slice(0, 7).every((group) => group === 0))
    return groups[7] === 1 ? "this machine itself" : "the address of no host";
  if (groups.slice(0, 5).every((group) => group === 0))
    return "an address of IPv4 in the form of IPv6: write it as one of IPv4";
  if (groups[0]! >= 0xff00) return "a group of hosts";
  return groups[0]! >= 0xfe80 && groups[0]! < 0xfec0 ? onOneLink : null;
};

/**
 * The same of an address that a name was resolved to: besides, the owner of a name must not lead to what a cloud keeps for
 * this machine on its link. Whoever writes such an address of IPv4 means it.
 */
export const unusableOfName = (address: string): string | null =>
  unusable(address) ??
  (address.startsWith("169.254.") ? onOneLink : isForMachine(address) ? ofMachine : null);

const ofMachine = "what a cloud keeps for this machine alone";

/** Whether it is one of a cloud's own, also by way of a NAT64: 64:ff9b::a83f:8110. */
const isForMachine = (address: string): boolean => {
  const four = bytes4(address);
  if (four !== null) return isOfMachine4(four);
  const groups = groups6(address)!;
  if (groups[0] !== 0x64 || groups[1] !== 0xff9b) return machineAddresses6.includes(address);
  return isOfMachine4(groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]));
};
