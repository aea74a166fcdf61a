/**
 * Addresses of a system that exist already. The host is looked at each second, so it must cost nothing
 * where nothing has changed, and little where something has, however large the system.
 */
import anyTest, { type TestFn } from "ava";
import type { InterfaceAddress } from "../../../../runtime/netlink/address.ts";
import type { Link } from "../../../../runtime/netlink/link.ts";
import type { Surroundings } from "../../../../runtime/netns/host/warnings/addresses.ts";
import { AddressWarnings } from "../../../../runtime/netns/host/warnings/occupied.ts";
import { Known } from "../../../../runtime/netns/known.ts";
import { type DualAddress, type Instance, instanceKey } from "../../../../src/core/resource.ts";

const test = anyTest as TestFn;

const link = { index: 7, name: "eth0" } as Link;

interface Counted {
  readonly known: Known;
  readonly surroundings: Surroundings;
  /** How often an address of the system was asked for since the last call. */
  resources(): number;
  /** How often the prefix of an address of the host was. */
  prefixes(): number;
}

const counted = (own: readonly DualAddress[], host: readonly string[]): Counted => {
  let [resources, prefixes] = [0, 0];
  const known = new Known();
  for (const [index, address] of own.entries()) {
    const key = instanceKey("a", index);
    const instance = {
      ...{
        kind: "instance",
        key,
        automaton: "a",
        index,
        link: `v${index}`,
        netns: `s.a.${index}`,
        origin: 1,
      },
      get address() {
        resources += 1;
        return address;
      },
    } as Instance;
    known.settle({ key, before: null, after: instance });
  }
  const addresses = host.map((text) => {
    const [address = "", prefix] = text.split("/");
    return {
      ...{ index: link.index, address },
      get prefix() {
        prefixes += 1;
        return Number(prefix);
      },
    } as InterfaceAddress;
  });
  return {
    known,
    surroundings: { links: new Map([[link.index, link]]), addresses },
    resources: () => {
      const count = resources;
      resources = 0;
      return count;
    },
    prefixes: () => {
      const count = prefixes;
      prefixes = 0;
      return count;
    },
  };
};

const many = Array.from({ length: 10_000 }, (_, at): DualAddress => {
  const [high, low] = [at >> 8, at & 255];
  return { v4: `10.1.${high}.${low}`, v6: `fc00:1::${(at + 1).toString(16)}` };
});

test("a host without a network where systems are asks nothing of ten thousand instances", (t) => {
  const host = Array.from({ length: 500 }, (_, at) => `172.16.${at >> 8}.${at & 255}/${16 + (at % 17)}`);
  const { known, surroundings, resources } = counted(many, [...host, "192.168.1.7/24", "2001:db8::7/64"]);
  resources();
  t.deepEqual(new AddressWarnings().read(surroundings, known), []);
  t.is(resources(), 0);
});

test("each address of the system is asked for once, whatever the host has", (t) => {
  const host = Array.from({ length: 500 }, (_, at) => `10.${64 + (at >> 8)}.${at & 255}.1/24`);
  const all = [...host, "10.1.3.7/32"];
  const { known, surroundings, resources, prefixes } = counted(many, all);
  resources();
  const warnings = new AddressWarnings();
  const found = ["eth0 of this host has 10.1.3.7, the address of a.775"];
  t.deepEqual(warnings.read(surroundings, known), found);
  t.is(resources(), many.length);
  const read = prefixes();
  t.true(read <= 4 * all.length, `${read} times for ${all.length} addresses`);
});

test("nothing is computed again until something changes", (t) => {
  const { known, surroundings, resources } = counted(many.slice(0, 10), ["10.1.0.99/24"]);
  resources();
  const warnings = new AddressWarnings();
  const words = (count: number, network = "10.1.0.99/24"): string =>
    `addresses of this system are in the network ${network} of eth0: 10.1.0.0 of a.0 (and ${count - 1} more); a machine there that has one of them is taken for it`;
  t.deepEqual(warnings.read(surroundings, known), [words(10)]);
  t.is(resources(), 10);
  for (let second = 0; second < 5; second += 1) {
    // They are read anew each time.
    const again = { ...surroundings, addresses: [...surroundings.addresses] };
    t.deepEqual(warnings.read(again, known), [words(10)]);
  }
  t.is(resources(), 0);

  const key = instanceKey("a", 9);
  known.settle({ key, before: known.known.get(key)!, after: null });
  resources();
  t.deepEqual(warnings.read(surroundings, known), [words(9)]);
  t.is(resources(), 9);

  const moved = [{ ...surroundings.addresses[0]!, address: "10.1.9.9", prefix: 16 }];
  t.deepEqual(warnings.read({ ...surroundings, addresses: moved }, known), [words(9, "10.1.9.9/16")]);
  t.is(resources(), 9);
  t.deepEqual(warnings.read({ ...surroundings, addresses: [] }, known), []);

  known.clear();
  t.deepEqual(warnings.read(surroundings, known), []);
});

/** Whether an instance with that address is in the network. */
const cases: readonly (readonly [own: string, network: string, isIn: boolean])[] = [
  ["10.1.2.3", "10.1.2.9/24", true],
  ["10.1.3.3", "10.1.2.9/24", false],
  ["10.1.3.3", "10.1.2.9/23", true],
  ["10.1.2.200", "10.1.2.129/25", true],
  ["10.1.2.100", "10.1.2.129/25", false],
  ["10.1.2.3", "10.200.0.1/8", true],
  ["10.1.2.3", "10.200.0.1/9", false],
  ["10.1.2.3", "11.0.0.1/7", true],
  ["10.1.2.3", "192.168.0.1/0", true],
  ["10.1.2.3", "10.1.2.4/31", false],
  ["10.1.2.5", "10.1.2.4/31", true],
  ["fc12::5", "fc12::9/64", true],
  ["fc12:0:0:1::5", "fc12::9/64", false],
  ["fc12::5", "fd00::1/7", true],
  ["fc12::5", "fd00::1/8", false],
  ["fc12::5", "2001:db8::1/64", false],
  ["fc12::5", "2001:db8::1/0", true],
  ["fc12::5", "10.0.0.1/0", false],
];
for (const [own, network, isIn] of cases)
  test(`${own} is ${isIn ? "" : "not "}in the network of ${network}`, (t) => {
    const address = { v4: own.includes(":") ? null : own, v6: own.includes(":") ? own : "fcff::ffff:1" };
    const { known, surroundings } = counted([address], [network]);
    // The other address of the instance is in some of the larger ones too.
    const warnings = new AddressWarnings().read(surroundings, known);
    t.is(
      warnings.some((words) => words.includes(`in the network ${network} of eth0: ${own} of a.0`)),
      isIn,
    );
  });
