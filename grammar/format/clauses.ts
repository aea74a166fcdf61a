/** How each clause looks. */
import { type ClauseTag, clauseOfTag } from "../../src/core/clauses.ts";
import { partsOfProvides } from "../../src/core/syntax/clauses.ts";
import type { Of, TermF } from "../../src/core/syntax.ts";
import type { Term } from "../../src/core/term.ts";
import { concat, type Doc } from "./doc.ts";
import type { Child, NodeContext } from "./node-context.ts";
import { braced, listed, parenthesised, value } from "./parts.ts";
import { beginsWith } from "./precedence.ts";

/** A protocol called `each`, which would be read as the word. */
const unlikeEach = (protocol: Child): Child => ({
  ...protocol,
  doc: parenthesised(protocol.doc, beginsWith("each", protocol.node)),
});

type Layouts = { readonly [Tag in ClauseTag]: (node: Of<Tag, Term>, place: NodeContext) => Doc };

const layouts: Layouts = {
  Provides: (node, { children }) => {
    const { name, protocol, number, last, listens, at } = partsOfProvides({ ...node, children });
    const head = concat("provides ", node.name ?? name!.doc, ":");
    let doc = value(concat(value(head, protocol), ` on ${node.transport}`), number);
    if (last !== null) doc = value(concat(doc, " to"), last);
    if (listens !== null) doc = value(concat(doc, " from"), listens);
    return at === null ? doc : value(concat(doc, " at"), at);
  },
  Requires: (node, { children }) => {
    const head = concat("requires ", node.name ?? children[0]!.doc, node.optional ? "?:" : ":");
    const protocol = children[node.name === null ? 1 : 0]!;
    return node.each ? value(concat(head, " each"), protocol) : value(head, unlikeEach(protocol));
  },
  Runs: ({ once }, { children: [argv] }) => value(once ? "runs once exec" : "runs exec", argv!),
  Schedule: (_, { children: [cron] }) => value("schedule", cron!),
  Env: (_, place) => concat("env ", braced(place.children, place)),
  Files: ({ reload }, place) =>
    concat("files ", braced(place.children, place), reload === null ? "" : ` reload ${reload}`),
  User: (_, { children: [user] }) => value("user", user!),
  Directory: (_, { children: [path] }) => value("directory", path!),
  State: ({ name, size }, { children: [path, ...more] }) =>
    more.reduce<Doc>(
      (doc, child, i) => value(concat(doc, size && i === 0 ? " size" : " formerly"), child),
      value(`state ${name} at`, path!),
    ),
  Scratch: (_, { children: [path, size] }) => {
    const doc = value("scratch at", path!);
    return size === undefined ? doc : value(concat(doc, " size"), size);
  },
  Secret: ({ name }, { children: [content] }) => value(`secret ${name} =`, content!),
  Limits: (_, place) => concat("limits ", braced(place.children, place)),
  Grants: (_, place) => concat("grants ", listed(place.children, place)),
  ReadOnly: () => "read-only",
  Shares: (_, { children: [source, at] }) => {
    const doc = value("shares", source!);
    return at === undefined ? doc : value(concat(doc, " at"), at);
  },
  Instances: (_, { children: [count, settle] }) => {
    const doc = value("instances", count!);
    return settle === undefined ? doc : value(concat(doc, " settle"), settle);
  },
  Health: ({ how, argument, every, timeout, failures, successes }, { children }) => {
    const words = [
      ...(argument ? [""] : []),
      ...(every ? [" every"] : []),
      ...(timeout ? [" timeout"] : []),
      ...(failures ? [" failures"] : []),
      ...(successes ? [" successes"] : []),
    ];
    return words.reduce<Doc>((doc, word, i) => value(concat(doc, word), children[i]!), `health ${how}`);
  },
  Restart: ({ policy }) => `restart ${policy}`,
  Update: ({ policy }) => `update ${policy}`,
  Hostname: (_, { children: [name] }) => value("hostname", name!),
  Resolves: ({ family }) => `resolves ${family}`,
  Stop: ({ signal }, { children: [within] }) =>
    within === undefined ? `stop ${signal}` : value(`stop ${signal} within`, within),
  Start: (_, { children: [within] }) => value("start within", within!),
  After: (_, { children: [first, ...others] }) =>
    others.reduce<Doc>((doc, other) => value(concat(doc, ","), other), value("after", first!)),
  Named: (_, { children: [name] }) => value("name", name!),
};

/** Whether a layer is a clause. */
export const isClause = (node: TermF<Term>): node is Of<ClauseTag, Term> => clauseOfTag(node._tag) !== null;

/** The layout of a clause. */
export const layoutOfClause = (node: Of<ClauseTag, Term>, place: NodeContext): Doc =>
  (layouts[node._tag] as (node: Of<ClauseTag, Term>, place: NodeContext) => Doc)(node, place);
