import test from "ava";
import { hostName, unresolvable } from "../../src/language/host-name.ts";

test("names that programs resolve are host names, whatever their case", (t) => {
  for (const name of ["a", "A", "cart_eu", "cart-eu-2", "x1", "localhosts", "my_localhost", "x".repeat(63)])
    t.is(unresolvable(name), null, name);
  t.is(hostName("Cart_EU"), "cart-eu");
});

test("of a name that no resolver would look up it is told why", (t) => {
  const reasons: readonly (readonly [string, RegExp])[] = [
    ["_", /it is `-` there/],
    ["_kv", /it is `-kv` there/],
    ["kv_", /it is `kv-` there/],
    ["kv-", /^a host name begins and ends/],
    ["-kv", /^a host name begins and ends/],
    ["a.b", /begins and ends/],
    ["", /begins and ends/],
    ["123", /a number is an address/],
    ["0x1F", /a number is an address/],
    ["xn--bcher-kva", /other scripts/],
    ["XN__x", /other scripts/],
    ["LocalHost", /every instance calls itself `localhost`/],
    ["ip6_loopback", /every instance calls itself/],
    ["x".repeat(64), /it has 64 characters, and a label at most 63/],
  ];
  for (const [name, reason] of reasons) t.regex(unresolvable(name) ?? "", reason, name);
});
