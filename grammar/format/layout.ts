/** How each layer looks. */
import { isClause, layoutOfClause } from "./clauses.ts";
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
import type { Child, NodeContext } from "./node-context.ts";
import { block, braced, inParentheses, listed, named, parenthesised, value } from "./parts.ts";
import * as needs from "./precedence.ts";
import { escaped, quote } from "./quote.ts";

/** The lines of a group, to break with those around it. */
const opened = (doc: Doc): Doc => (typeof doc !== "string" && doc._tag === "Group" ? doc.doc : doc);

const list = (place: NodeContext): Doc => listed(place.children, place);

/** `let x` or `let f(a, b)`: all but the last child are parameters. */
const definition = (head: string, callable: boolean, { children }: NodeContext): Doc => {
  const parameters = callable ? inParentheses(children.slice(0, -1), []) : "";
  return value(concat(head, parameters, " ="), children[children.length - 1]!);
};

const huggedArguments = new Set(["List", "Comprehension", "Record", "Automaton", "Fn"]);

const call = (place: NodeContext): Doc => {
  const [callee, ...given] = place.children as readonly [Child, ...Child[]];
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

const suffixed = (child: Child): Doc => parenthesised(child.doc, needs.inSuffix(child.node));

/** Names with capitals are types; the dot behind one goes on with the session. */
const path = (names: readonly string[]): string =>
  names
    .map((name, i) => (i === names.length - 1 ? name : `${name}${/^[A-Z]/.test(name) ? " . " : "."}`))
    .join("");

const exchange = (sign: string, [payload, then]: readonly Child[]): Doc => {
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

const isCalled = ({ _tag }: Child["node"]): boolean =>
  _tag === "Call" || _tag === "Index" || _tag === "Field";

export const layoutOf = (place: NodeContext): Doc => {
  const { node, children } = place;
  if (isClause(node)) return layoutOfClause(node, place);
  const [first, second] = children;
  switch (node._tag) {
    case "Num":
      return place.written ?? `${node.digits}${node.unit ?? ""}`;
    case "Str": {
      if (place.written !== null) return verbatim(place.written);
      const pieces = node.pieces.map((piece, i): Doc[] => {
        const child = children[i];
        return child === undefined ? [escaped(piece)] : [escaped(piece), "${", flat(child.doc), "}"];
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
            children.map((child) => child.doc),
            line,
          ),
        ),
        softline,
        "]",
      );
    case "Repeated":
      return group(first!.doc, indent(sequence(children.slice(1).flatMap((child) => [line, child.doc]))));
    case "For":
      return value(`for ${node.name} in`, first!);
    case "Filter":
      return value("if", first!);
    case "Record":
      return braced(children, place);
    case "Grant":
      return node.name;
    case "FileEntry":
      return value(concat(first!.doc, " ="), children[1]!);
    case "Arg":
      return node.name === null
        ? value(concat(first!.doc, " ="), children[1]!)
        : named(" =", node.name, first!);
    case "Entry":
      return named(" =", node.name, first!);
    case "Fn": {
      const body = children[children.length - 1]!;
      return group(value(concat("fn", inParentheses(children.slice(0, -1), [])), body));
    }
    case "Param":
      return first === undefined ? node.name : named(" =", node.name, first);
    case "If": {
      const no = children[2]!;
      const otherwise =
        no.node._tag === "If" && !no.commented ? concat(" ", opened(no.doc)) : indent(line, no.doc);
      return group("if ", first!.doc, " then", indent(line, second!.doc), line, "else", otherwise);
    }
    case "Let": {
      const body = children[children.length - 1]!;
      const head = definition(`let ${node.name}`, node.callable, {
        ...place,
        children: children.slice(0, -1),
      });
      const rest = body.node._tag === "Let" && !body.commented ? opened(body.doc) : body.doc;
      return group(head, " in", body.blank ? blankline : line, rest);
    }
    case "Chain": {
      const operands = children.map((child) => parenthesised(child.doc, needs.inChain(node, child.node)));
      const rest = node.ops.flatMap((op, i) => [line, op, " ", operands[i + 1]!]);
      return group(operands[0]!, indent(sequence(rest)));
    }
    case "Unary": {
      const operand = parenthesised(first!.doc, needs.inUnary(node.op, first!.node));
      // A comment behind a minus sign must not become a part of it.
      return concat(node.op, beginning(operand).startsWith("-") ? " " : "", operand);
    }
    case "With":
      return concat(suffixed(first!), " with ", block(children.slice(1), place));
    case "Call":
      return call(place);
    case "Field":
      return concat(suffixed(first!), ".", node.name);
    case "Index":
      return concat(suffixed(first!), group("[", indent(softline, second!.doc), softline, "]"));
    case "Automaton":
      return concat("automaton ", first!.doc, " ", block(children.slice(1), place));
    case "Send":
      return exchange("!", children);
    case "Receive":
      return exchange("?", children);
    case "Select":
      return concat("+", braced(children, place));
    case "Offer":
      return concat("&", braced(children, place));
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
      return braced(children, place);
    case "Import": {
      const head = `import ${quote(node.path)}${node.sha256 === null ? "" : ` sha256:${node.sha256}`}`;
      return node.as === null ? concat(head, " ", braced(children, place)) : `${head} as ${node.as}`;
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
      return concat(`${node.external ? "external" : "automaton"} ${node.name} `, block(children, place));
    case "SystemDecl":
      return value(`system ${node.name} =`, first!);
  }
};
