/** Random programs: well-formed text over every construct, most of it of the wrong types. */
import fc from "fast-check";

const names = ["a", "b", "c", "f", "x", "P", "Q", "T", "nope", "self", "host", "lib"];
const builtins =
  "abs ceil clamp concat contains filter fold floor input join keys length lower map max min mod publish range replace reverse round sort split sum toString trim upper values zip";

const name = fc.constantFrom(...names);
const callee = fc.oneof(
  { arbitrary: name, weight: 1 },
  { arbitrary: fc.constantFrom(...builtins.split(" ")), weight: 2 },
);
const field = fc.constantFrom("a", "b", "p", "q", "connections", "ready", "memory", "cpus", "length");

const literal = fc.oneof(
  fc
    .constantFrom("0", "1", "2", "3", "0.1", "1_000", "12345678901234567890", "1e", "50%")
    .map((text) => text.replace("e", "")),
  fc.constantFrom("1s", "500ms", "2h", "1KiB", "3MB", "10Mbps"),
  fc.constantFrom('""', '"a"', '"x y"', '"/p"', '"\\n"', '"node"'),
  fc.constantFrom("true", "false", "[]", "{}"),
);

const operator = fc.constantFrom(
  "=>",
  "->",
  "|",
  "||",
  "&&",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "+",
  "-",
  "*",
  "/",
);
const list = (of: fc.Arbitrary<string>, maxLength = 3): fc.Arbitrary<string> =>
  fc.array(of, { maxLength }).map((all) => all.join(", "));

const tied = fc.letrec<{ expression: string; clause: string; session: string; payload: string }>((tie) => {
  const e = tie("expression");
  const s = tie("session");
  const t = fc.tuple.bind(fc);
  return {
    expression: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.oneof(literal, name),
      literal,
      t(e, operator, e).map(([x, op, y]) => `(${x}) ${op} (${y})`),
      t(e, fc.constantFrom("+", "*", "=>", "&&", "|", "=="), e, e).map(
        ([x, op, y, z]) => `(${x}) ${op} (${y}) ${op} (${z})`,
      ),
      t(fc.constantFrom("-", "!"), e).map(([op, x]) => `${op} (${x})`),
      t(e, e, e).map(([c, x, y]) => `if ${c} then ${x} else ${y}`),
      t(name, e, e).map(([n, x, y]) => `let ${n} = ${x} in ${y}`),
      t(name, name, e, e).map(([n, p, x, y]) => `let ${n}(${p}) = ${x} in ${y}`),
      t(name, name, e, e).map(([n, p, x, y]) => `fn(${n}, ${p} = ${x}) ${y}`),
      t(callee, list(e)).map(([f, args]) => `${f}(${args})`),
      t(e, name, e).map(([f, n, x]) => `(${f})(${n} = ${x})`),
      t(e, field).map(([x, f]) => `(${x}).${f}`),
      t(e, e).map(([x, i]) => `(${x})[${i}]`),
      list(
        fc.oneof(
          e,
          e.map((x) => `...(${x})`),
        ),
        4,
      ).map((all) => `[${all}]`),
      list(
        fc.oneof(
          t(name, e).map(([n, x]) => `${n} = ${x}`),
          e.map((x) => `...(${x})`),
        ),
      ).map((all) => `{ ${all} }`),
      t(e, name, e, e).map(([x, n, xs, c]) => `[ ${x} for ${n} in ${xs} if ${c} ]`),
      t(e, name, e, name, e).map(([x, n, xs, m, ys]) => `[ ${x} for ${n} in ${xs} for ${m} in ${ys} ]`),
      t(e, e).map(([x, y]) => `"x\${${x}}y\${${y}}"`),
      t(e, fc.array(tie("clause"), { maxLength: 3 })).map(
        ([x, cs]) => `automaton "n\${${x}}" { ${cs.join(" ")} }`,
      ),
      t(e, fc.array(tie("clause"), { maxLength: 3 })).map(([x, cs]) => `(${x}) with { ${cs.join(" ")} }`),
    ),
    clause: fc.oneof(
      t(field, s, e).map(([n, p, x]) => `provides ${n}: ${p} on tcp ${x}`),
      t(field, s).map(([n, p]) => `requires ${n}: ${p}`),
      e.map((x) => `runs exec ${x}`),
      list(
        fc.oneof(
          t(name, e).map(([n, x]) => `${n} = ${x}`),
          e.map((x) => `...(${x})`),
        ),
      ).map((all) => `env { ${all} }`),
      t(e, e).map(([x, y]) => `instances ${x} settle ${y}`),
      t(e, e).map(([x, y]) => `health http ${x} every ${y}`),
      e.map((x) => `health exec ${x}`),
      fc.constant("restart never"),
      fc.constant("update replace"),
      e.map((x) => `user ${x}`),
      e.map((x) => `files { "/a" = ${x} }`),
      e.map((x) => `state data at ${x}`),
      e.map((x) => `secret data = ${x}`),
      e.map((x) => `directory ${x}`),
      e.map((x) => `stop SIGINT within ${x}`),
      e.map((x) => `start within ${x}`),
      fc.constant("resolves both"),
    ),
    session: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("end", "P", "Q", "t", "nope"),
      t(fc.constantFrom("!", "?"), tie("payload"), s).map(([d, p, k]) => `${d}${p} . ${k}`),
      t(fc.constantFrom("+", "&"), s, s).map(([d, x, y]) => `${d}{ a: ${x}, b: ${y} }`),
      s.map((x) => `mu t. ${x}`),
      s.map((x) => `dual (${x})`),
      t(s, s).map(([x, y]) => `(${x}) ; (${y})`),
    ),
    payload: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("Int", "String", "T", "Bytes", "nope"),
      tie("payload").map((x) => `[${x}]`),
      tie("payload").map((x) => `{ a: ${x} }`),
    ),
  };
});

export const anyExpression = tied.expression;

export const anyProgram = fc
  .tuple(
    tied.payload,
    tied.session,
    tied.session,
    tied.expression,
    tied.expression,
    fc.array(tied.clause, { maxLength: 4 }),
    tied.expression,
    tied.expression,
  )
  .map(([payload, p, q, a, b, clauses, f, system]) =>
    [
      `type T = ${payload}`,
      `protocol P = ${p}`,
      `protocol Q = ${q}`,
      `let a = ${a}`,
      `let b = ${b}`,
      `automaton c { ${clauses.join("\n")} }`,
      `let f(x, y = a) = ${f}`,
      `system s = ${system}`,
    ].join("\n"),
  );
