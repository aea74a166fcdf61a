/**
 * The expressions that rules are made of: instructions of the kernel's small register
 * machine. Registers are 4 bytes wide and numbered from `register(0)`; a value of 16
 * bytes takes four. Where a rule in nft's own syntax means the same it is given.
 */
import type { MessageWriter } from "../netlink/writer.ts";

/** A part of a rule: it writes itself into a message. */
export type Expression = (writer: MessageWriter) => void;

const NFTA_LIST_ELEM = 1;
const NFTA_EXPR = { name: 1, data: 2 } as const;
const NFTA_DATA = { value: 1, verdict: 2 } as const;
const NFTA_VERDICT_CODE = 1;
const NFTA_VERDICT_CHAIN = 2;
const NFT_GOTO = -4;

const NFT_REG_VERDICT = 0;
const NFT_REG32_00 = 8;
/** The register that begins 4·`word` bytes into the register file of 64 bytes. */
export const register = (word: number): number => NFT_REG32_00 + word;

const expression =
  (name: string, data: (writer: MessageWriter) => void): Expression =>
  (writer) => {
    const element = writer.open(NFTA_LIST_ELEM);
    writer.string(NFTA_EXPR.name, name);
    const nested = writer.open(NFTA_EXPR.data);
    data(writer);
    writer.close(nested);
    writer.close(element);
  };

const value = (writer: MessageWriter, attribute: number, bytes: Uint8Array): void => {
  const data = writer.open(attribute);
  writer.raw(NFTA_DATA.value, bytes);
  writer.close(data);
};

/** Keys of `meta` with the numbers of the kernel (NFT_META_MARK and so on). */
export const metaKeys = { mark: 3, iifname: 6, oifname: 7, nfproto: 15, l4proto: 16 } as const;
/** `meta KEY` */
export const meta = (key: keyof typeof metaKeys, to: number): Expression =>
  expression("meta", (writer) => {
    writer.u32be(1, to);
    writer.u32be(2, metaKeys[key]);
  });
/** `meta KEY set …` */
export const setMeta = (key: "mark", from: number): Expression =>
  expression("meta", (writer) => {
    writer.u32be(2, metaKeys[key]);
    writer.u32be(3, from);
  });

const ctKeys = { state: 0, direction: 1, status: 2, mark: 3 } as const;
/** `ct KEY` */
export const ct = (key: keyof typeof ctKeys, to: number): Expression =>
  expression("ct", (writer) => {
    writer.u32be(1, to);
    writer.u32be(2, ctKeys[key]);
  });
const ctTupleKeys = {
  protocol: 10,
  destinationPort: 12,
  source4: 19,
  destination4: 20,
  source6: 21,
  destination6: 22,
} as const;
/** `ct original KEY`: how the connection was asked for, whichever way the packet goes. */
export const ctOriginal = (key: keyof typeof ctTupleKeys, to: number): Expression =>
  expression("ct", (writer) => {
    writer.u32be(1, to);
    writer.u32be(2, ctTupleKeys[key]);
    if (key !== "protocol") writer.u8(3, 0);
  });
/** `ct mark set …` */
export const setCtMark = (from: number): Expression =>
  expression("ct", (writer) => {
    writer.u32be(2, ctKeys.mark);
    writer.u32be(4, from);
  });

const bases = { network: 1, transport: 2 } as const;
/** `@nh,…` or `@th,…`, in bytes. */
export const payload = (base: keyof typeof bases, offset: number, length: number, to: number): Expression =>
  expression("payload", (writer) => {
    writer.u32be(1, to);
    writer.u32be(2, bases[base]);
    writer.u32be(3, offset);
    writer.u32be(4, length);
  });

const comparisons = { equal: 0, notEqual: 1 } as const;
/** Goes on with the rule only where the register holds these bytes, or does not. */
export const compare = (from: number, how: keyof typeof comparisons, bytes: Uint8Array): Expression =>
  expression("cmp", (writer) => {
    writer.u32be(1, from);
    writer.u32be(2, comparisons[how]);
    value(writer, 3, bytes);
  });

/** `… & MASK` */
export const mask = (from: number, to: number, bits: Uint8Array): Expression =>
  expression("bitwise", (writer) => {
    writer.u32be(1, from);
    writer.u32be(2, to);
    writer.u32be(3, bits.length);
    value(writer, 4, bits);
    value(writer, 5, new Uint8Array(bits.length));
  });

/** A constant. */
export const immediate = (to: number, bytes: Uint8Array): Expression =>
  expression("immediate", (writer) => {
    writer.u32be(1, to);
    value(writer, 2, bytes);
  });

const verdicts = { drop: 0, accept: 1 } as const;
/** `accept` or `drop` */
export const verdict = (code: keyof typeof verdicts): Expression =>
  expression("immediate", (writer) => {
    writer.u32be(1, NFT_REG_VERDICT);
    const data = writer.open(2);
    const nested = writer.open(NFTA_DATA.verdict);
    writer.u32be(NFTA_VERDICT_CODE, verdicts[code]);
    writer.close(nested);
    writer.close(data);
  });

/** `goto CHAIN` */
export const goTo = (chain: string): Expression =>
  expression("immediate", (writer) => {
    writer.u32be(1, NFT_REG_VERDICT);
    const data = writer.open(2);
    const nested = writer.open(NFTA_DATA.verdict);
    writer.u32be(NFTA_VERDICT_CODE, NFT_GOTO >>> 0);
    writer.string(NFTA_VERDICT_CHAIN, chain);
    writer.close(nested);
    writer.close(data);
  });

/** `… map @MAP`: goes on only where the key is there. Without `to`: `@SET`. */
export const lookup = (set: string, from: number, to?: number): Expression =>
  expression("lookup", (writer) => {
    writer.string(1, set);
    writer.u32be(2, from);
    if (to !== undefined) writer.u32be(3, to);
  });

/** `numgen random mod MODULUS` */
export const randomBelow = (modulus: number, to: number): Expression =>
  expression("numgen", (writer) => {
    writer.u32be(1, to);
    writer.u32be(2, modulus);
    writer.u32be(3, 1);
  });

const fibFlags = { source: 1, destination: 2, incoming: 8 } as const;
const fibResults = { interface: 1, addressType: 3 } as const;
const fib = (result: keyof typeof fibResults, flags: number, to: number): Expression =>
  expression("fib", (writer) => {
    writer.u32be(1, to);
    writer.u32be(2, fibResults[result]);
    writer.u32be(3, flags);
  });
/** `fib saddr . iif oif`: the interface that leads back to the sender if it is the incoming one, else 0. */
export const routeBack = (to: number): Expression =>
  fib("interface", fibFlags.source | fibFlags.incoming, to);
/** `fib saddr oif`: the interface that leads to the sender, 0 where none does. */
export const routeToSender = (to: number): Expression => fib("interface", fibFlags.source, to);
/** `fib daddr . iif oif`: as `routeBack`, for the destination. */
export const routeOnBySameLink = (to: number): Expression =>
  fib("interface", fibFlags.destination | fibFlags.incoming, to);

/** `fib daddr type`, in the order of this machine; `local` is 2. */
export const destinationType = (to: number): Expression => fib("addressType", fibFlags.destination, to);

const natTypes = { source: 0, destination: 1 } as const;
/** `snat to …` or `dnat to …`, address and port from registers. */
export const nat = (
  type: keyof typeof natTypes,
  family: number,
  address: number,
  port: number | null,
): Expression =>
  expression("nat", (writer) => {
    writer.u32be(1, natTypes[type]);
    writer.u32be(2, family);
    writer.u32be(3, address);
    if (port !== null) writer.u32be(5, port);
  });

/** `masquerade` */
export const masquerade: Expression = expression("masq", () => {});

/** `reject with tcp reset` */
export const rejectByReset: Expression = expression("reject", (writer) => {
  writer.u32be(1, 1);
  writer.u8(2, 0);
});
const unreachableCodes = { noRoute: 0, port: 1, prohibited: 3 } as const;
/** `reject with icmpx CODE` */
export const rejectByIcmp = (code: keyof typeof unreachableCodes): Expression =>
  expression("reject", (writer) => {
    writer.u32be(1, 2);
    writer.u8(2, unreachableCodes[code]);
  });
