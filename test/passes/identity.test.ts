/** Addresses and names that come from identities alone. */
import test from "ava";
import fc from "fast-check";
import { concrete6, fingerprint, linkName, virtual6 } from "../../passes/identity.ts";

const name = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme-ascii" });

/** As the URL standard writes an address, which is as RFC 5952 does. */
const canonical = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

test("addresses are written as RFC 5952 wants them", (t) => {
  fc.assert(
    fc.property(name, name, fc.nat(200_000), (system, other, index) => {
      const addresses = [concrete6(system, other)(index), virtual6(system, other)];
      t.deepEqual(addresses, addresses.map(canonical));
    }),
    { numRuns: 2_000 },
  );
});

test("a group of zeros within an automaton's prefix is shortened with those behind it", (t) => {
  // Searched for: of some 11,000 automata one has a prefix that ends in such a group.
  const found = Array.from({ length: 200_000 }, (_, i) => concrete6("s", `a${i}`)(0)).filter((address) =>
    address.includes("::"),
  );
  t.true(found.length > 0);
  t.deepEqual(found, found.map(canonical));
});

test("instances of an automaton are hosts in its prefix, and no other's", (t) => {
  const prefix = (address: string): string => canonical(address).split(":").slice(0, 6).join(":");
  const [one, other] = [concrete6("shop", "cart"), concrete6("shop", "store")];
  t.is(prefix(one(0)), prefix(one(40_000)));
  t.not(prefix(one(0)), prefix(other(0)));
});

test("names of links fit the kernel, and stay as they are from version to version", (t) => {
  t.is(linkName("shop", "cart", 0), "v8r1pdbhi1t");
  t.is(concrete6("shop", "cart")(0), "fc95:cb05:8497:6413:5a7a:9262:0:1");
  t.is(virtual6("shop", "cart.api"), "fd95:cb05:8497:526e:419c:ce48:d755:b1c3");
  t.is(fingerprint(["a", "b"]), "5c36cf34b7485928fc41d84a91cd6cc3");
  fc.assert(
    fc.property(name, name, fc.nat(200_000), (system, automaton, index) => {
      t.regex(linkName(system, automaton, index), /^v[0-9a-v]{10}$/);
    }),
  );
});
