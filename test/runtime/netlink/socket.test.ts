/** Requests to the real kernel, in a namespace of their own; `ip` is the independent reader. */
import { execFileSync } from "node:child_process";
import { closeSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import {
  createNamespace,
  deleteNamespace,
  openNamespace,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../../../runtime/namespaces.ts";
import { addAddress, deleteAddress, getAddresses, readAddress } from "../../../runtime/netlink/address.ts";
import {
  addAltname,
  addVeth,
  deleteLink,
  getLink,
  getLinks,
  linkFlags,
  readLink,
  setLink,
} from "../../../runtime/netlink/link.ts";
import { assignNsid, getNsid, readNsid } from "../../../runtime/netlink/nsid.ts";
import { addRoute, deleteRoute, getRoutes, readRoute } from "../../../runtime/netlink/route.ts";
import { buses, NetlinkSocket } from "../../../runtime/netlink/socket.ts";
import { freshName } from "../../fresh.ts";
import { kernelTest as test } from "../netns/lab.ts";

interface Namespace {
  readonly name: string;
  readonly fd: number;
  readonly socket: NetlinkSocket;
}

const namespace = (t: ExecutionContext): Namespace => {
  prepareNetnsDirectory();
  const name = freshName();
  const socket = createNamespace(name, () => new NetlinkSocket(buses.route))!;
  const fd = openNamespace(name);
  t.teardown(() => {
    socket.close();
    closeSync(fd);
    deleteNamespace(name);
    releaseNetnsDirectory();
  });
  return { name, fd, socket };
};

const ip = (name: string, ...words: readonly string[]): readonly Record<string, unknown>[] =>
  JSON.parse(execFileSync("ip", ["-n", name, "-j", "-d", ...words], { encoding: "utf8" }) || "[]");

const mac = Uint8Array.of(2, 0, 0, 0, 0, 1);
const up = { set: linkFlags.up, mask: linkFlags.up };

test("a veth is made with both ends in their places", (t) => {
  const [near, far] = [namespace(t), namespace(t)];
  near.socket.insist([
    addVeth(
      { name: "near", index: 70, mac, namespace: null },
      { name: "far", index: 71, mac, namespace: far.fd },
      linkFlags.up | linkFlags.noArp,
    ),
  ]);
  far.socket.insist([
    setLink(71, { ...up, alias: "the other end" }),
    addAltname(71, "a-longer-name-than-15-bytes"),
  ]);
  const [link] = ip(near.name, "link", "show", "near");
  t.is(link!.ifindex, 70);
  t.is(link!.address, "02:00:00:00:00:01");
  t.true((link!.flags as string[]).includes("NOARP"));
  t.is(link!.num_tx_queues, 1);
  const [other] = ip(far.name, "link", "show", "far");
  t.is(other!.ifalias, "the other end");
  t.deepEqual(other!.altnames, ["a-longer-name-than-15-bytes"]);

  const seen = far.socket.get(getLink("a-longer-name-than-15-bytes"), readLink)!;
  t.is(seen.name, "far");
  t.is(seen.index, 71);
  t.is(seen.peer, 70);
  t.is(seen.kind, "veth");
  t.is(seen.alias, "the other end");
  t.deepEqual(seen.altnames, ["a-longer-name-than-15-bytes"]);
  t.deepEqual(seen.mac, mac);
  t.true((seen.flags & linkFlags.up) !== 0);

  near.socket.insist([deleteLink("near")]);
  t.is(far.socket.get(getLink("far"), readLink), null);
});

test("addresses and routes come, are seen and go", (t) => {
  const { name, socket } = namespace(t);
  socket.insist([setLink(1, up), addAddress(1, "10.1.2.3"), addAddress(1, "fd00::7")]);
  const shown = (
    ip(name, "addr", "show", "dev", "lo")[0]!.addr_info as { local: string; prefixlen: number }[]
  ).map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  t.true(shown.includes("10.1.2.3/32"));
  t.true(shown.includes("fd00::7/128"));
  const dumped = socket
    .dump(getAddresses(), readAddress)
    .map(({ address, prefix }) => `${address}/${prefix}`);
  t.deepEqual([...dumped].sort(), [...shown].sort());

  const routes = [
    { destination: "10.9.0.0/16", index: 1, via: null },
    { destination: "10.0.0.0/9", index: 1, via: null, localAs: "10.1.2.3" },
  ];
  socket.insist(routes.map(addRoute));
  t.deepEqual(
    ip(name, "route", "show", "proto", "174")
      .map(({ dst }) => dst)
      .sort(),
    ["10.0.0.0/9", "10.9.0.0/16"],
  );
  t.deepEqual(
    socket
      .dump(getRoutes(), readRoute)
      .map(({ destination }) => destination)
      .sort(),
    ["10.0.0.0/9", "10.9.0.0/16"],
  );
  socket.insist([...routes.map(deleteRoute), deleteAddress({ index: 1, address: "10.1.2.3", prefix: 32 })]);
  t.deepEqual(socket.dump(getRoutes(), readRoute), []);
  t.false(socket.dump(getAddresses(), readAddress).some(({ address }) => address === "10.1.2.3"));
});

test("IPv4 is routed to an IPv6 next hop", (t) => {
  const [near, far] = [namespace(t), namespace(t)];
  near.socket.insist([
    addVeth(
      { name: "near", index: 5, mac, namespace: null },
      { name: "far", index: 6, mac, namespace: far.fd },
      linkFlags.up,
    ),
  ]);
  far.socket.insist([setLink(6, up)]);
  const route = { destination: "10.0.0.0/8", index: 5, via: "fe80::1" };
  near.socket.insist([addRoute(route)]);
  t.deepEqual(near.socket.dump(getRoutes(), readRoute), [route]);
  t.deepEqual(
    ip(near.name, "route", "show", "proto", "174").map(({ via }) => via),
    [{ family: "inet6", host: "fe80::1" }],
  );
});

test("of many requests in one send each gets its own answer, in the kernel's words", (t) => {
  const { socket } = namespace(t);
  const requests = Array.from({ length: 1000 }, (_, index) =>
    addAddress(1, `10.2.${index >> 8}.${index & 255}`),
  );
  t.true(socket.perform(requests).every((answer) => answer === null));
  t.is(socket.dump(getAddresses(), readAddress).length, 1000);
  // The same again, with one among them that is new.
  const again = [...requests.slice(0, 500), addAddress(1, "10.3.0.1"), ...requests.slice(500)];
  const answers = socket.perform(again);
  t.is(answers.length, 1001);
  t.is(answers[500], null);
  t.is(answers.filter((answer) => answer?.code === "EEXIST").length, 1000);
  t.deepEqual(answers[0], {
    doing: "add address 10.2.0.0 to link 1",
    errno: 17,
    code: "EEXIST",
    message: "ipv4: Address already assigned",
  });
});

test("a refusal is thrown with the operation, the errno and the kernel's words", (t) => {
  const { socket } = namespace(t);
  const error = t.throws(() => socket.insist([addAddress(99, "10.0.0.1")]), { instanceOf: KernelError })!;
  t.deepEqual(
    [error.operation, error.code, error.words],
    ["add address 10.0.0.1 to link 99", "ENODEV", "ipv4: Device not found"],
  );
});

test("a namespace gets a number, once", (t) => {
  const [here, there] = [namespace(t), namespace(t)];
  t.is(here.socket.get(getNsid(there.fd), readNsid), null);
  here.socket.insist([assignNsid(there.fd)]);
  t.is(here.socket.get(getNsid(there.fd), readNsid), 0);
});

test("a large dump arrives whole", (t) => {
  const { socket } = namespace(t);
  const count = 700;
  socket.insist(
    Array.from({ length: count }, (_, index) =>
      addVeth(
        { name: `n${index}`, index: 1000 + 2 * index, mac, namespace: null },
        { name: `f${index}`, index: 1001 + 2 * index, mac, namespace: null },
        0,
      ),
    ),
  );
  t.is(socket.dump(getLinks, readLink).length, 2 * count + 1);
});
