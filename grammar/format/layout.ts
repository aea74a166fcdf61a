/** How each layer looks. */
import {
  beginning,
  blankline,
  concat,
  type Doc,
  flat,
  group,
  indent,
  join,
  line,
  sequence,
  softline,
  verbatim,
} from "./doc.ts";
import { block, braced, inParentheses, listed, parenthesised, value } from "./parts.ts";
import type { Kid, Place } from "./place.ts";
import * as needs from "./precedence.ts";
import { escaped, quote } from "./quote.ts";

/** The lines of a group, to break with those around it. */
const opened = (doc: Doc): Doc => (typeof doc !== "string" && doc._tag === "Group" ? doc.doc : doc);

const list = (place: Place): Doc => listed(place.kids, place);

const named = (sign: string, name: string, kid: Kid): Doc => value(`${name}${sign}`, kid);

/** `let x` or `let f(a, b)`: all but the last kid are parameters. */
const definition = (head: string, callable: boolean, { kids }: Place): Doc => {
  const parameters = callable ? inParentheses(kids.slice(0, -1), []) : "";
  return value(concat(head, parameters, " ="), kids[kids.length - 1]!);
};

const huggedArguments = new Set(["List", "Comprehension", "Record", "Automaton", "Fn"]);

const call = (place: Place): Doc => {
  const [callee, ...given] = place.kids as readonly [Kid, ...Kid[]];
  const base = parenthesised(callee.doc, needs.inSuffix(callee.node));
  const only = given.length === 1 ? given[0]! : null;
  if (
    only !== null &&
    huggedArguments.has(only.node._tag) &&
    !only.commented &&
    place.dangling.length === 0
  ) {
    return concat(base, "(", only.doc, ")");
  }
  return concat(base, inParentheses(given, place.dangling));
};

const suffixed = (kid: Kid): Doc => parenthesised(kid.doc, needs.inSuffix(kid.node));

/** Names with capitals are types; the dot behind one goes on with the session. */
const path = (names: readonly string[]): string =>
  names
    .map((name, i) => (i === names.length - 1 ? name : `${name}${/^[A-Z]/.test(name) ? " . " : "."}`))
    .join("");

const exchange = (sign: string, [payload, then]: readonly Kid[]): Doc => {
  if (then === undefined) return concat(sign, payload!.doc);
  const apart = needs.inContinuation(payload!.node, then.node);
  const rest = parenthesised(then.doc, apart);
  // The last name of the path is a module of what continues.
  const names = payload!.node._tag === "Path" ? payload!.node.names : [];
  if (!apart && names.length > 1 && isCalled(then.node) && /^[a-z_]/.test(names.at(-1)!)) {
    return group(sign, payload!.doc, ".", rest);
  }
  return group(sign, payload!.doc, line, ". ", rest);
};

const isCalled = ({ _tag }: Kid["node"]): boolean => _tag === "Call" || _tag === "Index" || _tag === "Field";

export const layoutOf = (place: Place): Doc => {
  const { node, kids } = place;
  const [first, second] = kids;
  switch (node._tag) {
    case "Num":
      return place.written ?? `${node.digits}${node.unit ?? ""}`;
    case "Str": {
      if (place.written !== null) return verbatim(place.written);
      const pieces = node.pieces.map((piece, i): Doc[] => {
        const kid = kids[i];
        return kid === undefined ? [escaped(piece)] : [escaped(piece), "${", flat(kid.doc), "}"];
      });
      return concat('"', sequence(pieces.flat()), '"');
    }
    case "Bool":
      return node.value ? "true" : "false";
    case "Name":
      return node.name;
    case "List":
      return list(place);
    case "Chunk":
      return "";
    case "Spread":
      return concat("...", first!.doc);
    case "Comprehension":
      return group(
        "[",
        indent(
          softline,
          join(
            kids.map((kid) => kid.doc),
            line,
          ),
        ),
        softline,
        "]",
      );
    case "For":
      return value(`for ${node.name} in`, first!);
    case "Filter":
      return value("if", first!);
    case "Record":
      return braced(kids, place);
    case "Entry":
    case "Arg":
      return named(" =", node.name, first!);
    case "Fn": {
      const body = kids[kids.length - 1]!;
      return group(value(concat("fn", inParentheses(kids.slice(0, -1), [])), body));
    }
    case "Param":
      return first === undefined ? node.name : named(" =", node.name, first);
    case "If": {
      const no = kids[2]!;
      const otherwise =
        no.node._tag === "If" && !no.commented ? concat(" ", opened(no.doc)) : indent(line, no.doc);
      return group("if ", first!.doc, " then", indent(line, second!.doc), line, "else", otherwise);
    }
    case "Let": {
      const body = kids[kids.length - 1]!;
      const head = definition(`let ${node.name}`, node.callable, { ...place, kids: kids.slice(0, -1) });
      const rest = body.node._tag === "Let" && !body.commented ? opened(body.doc) : body.doc;
      return group(head, " in", body.blank ? blankline : line, rest);
    }
    case "Chain": {
      const operands = kids.map((kid) => parenthesised(kid.doc, needs.inChain(node, kid.node)));
      const rest = node.ops.flatMap((op, i) => [line, op, " ", operands[i + 1]!]);
      return group(operands[0]!, indent(sequence(rest)));
    }
    case "Unary": {
      const operand = parenthesised(first!.doc, needs.inUnary(node.op, first!.node));
      // A comment behind a minus sign must not become a part of it.
      return concat(node.op, beginning(operand).startsWith("-") ? " " : "", operand);
    }
    case "With":
      return concat(suffixed(first!), " with ", block(kids.slice(1), place));
    case "Call":
      return call(place);
    case "Field":
      return concat(suffixed(first!), ".", node.name);
    case "Index":
      return concat(suffixed(first!), group("[", indent(softline, second!.doc), softline, "]"));
    case "Automaton":
      return concat("automaton ", first!.doc, " ", block(kids.slice(1), place));
    case "Provides":
      return value(concat(named(":", `provides ${node.name}`, first!), ` on ${node.transport}`), second!);
    case "Requires":
      return named(":", `requires ${node.name}${node.optional ? "?" : ""}`, first!);
    case "Runs":
      return value("runs exec", first!);
    case "Env":
      return concat("env ", braced(kids, place));
    case "Instances": {
      const count = value("instances", first!);
      return second === undefined ? count : value(concat(count, " settle"), second);
    }
    case "Health": {
      const words = [
        ...(node.how === "tcp" ? [] : [""]),
        ...(node.every ? [" every"] : []),
        ...(node.timeout ? [" timeout"] : []),
      ];
      return words.reduce<Doc>((doc, word, i) => value(concat(doc, word), kids[i]!), `health ${node.how}`);
    }
    case "Restart":
      return `restart ${node.policy}`;
    case "Named":
      return value("name", first!);
    case "Send":
      return exchange("!", kids);
    case "Receive":
      return exchange("?", kids);
    case "Select":
      return concat("+", braced(kids, place));
    case "Offer":
      return concat("&", braced(kids, place));
    case "Branch":
    case "FieldOf":
      return named(":", node.name, first!);
    case "Mu":
      return concat(`mu ${node.name}. `, first!.doc);
    case "End":
      return "end";
    case "Dual":
      return concat("dual ", parenthesised(first!.doc, needs.inDual(first!.node)));
    case "Then":
      return group(
        parenthesised(first!.doc, needs.leftOfThen(first!.node)),
        " ;",
        line,
        parenthesised(second!.doc, needs.rightOfThen(second!.node)),
      );
    case "Path":
      return path(node.names);
    case "ListOf":
      return group("[", indent(softline, first!.doc), softline, "]");
    case "RecordOf":
      return braced(kids, place);
    case "Import": {
      const head = `import ${quote(node.path)}${node.sha256 === null ? "" : ` sha256:${node.sha256}`}`;
      return node.as === null ? concat(head, " ", braced(kids, place)) : `${head} as ${node.as}`;
    }
    case "Imported":
      return node.name;
    case "LetDecl":
      return definition(`let ${node.name}`, node.callable, place);
    case "TypeDecl":
      return value(`type ${node.name} =`, first!);
    case "ProtocolDecl":
      return value(`protocol ${node.name} =`, first!);
    case "AutomatonDecl":
      return concat(`automaton ${node.name} `, block(kids, place));
    case "SystemDecl":
      return value(`system ${node.name} =`, first!);
  }
};
