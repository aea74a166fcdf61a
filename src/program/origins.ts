/**
 * What a batch of changes began with: from a member that is not as it was, back over the
 * definitions that changed, to the declaration that was edited or the cell that was set.
 * The graph knows of each node what woke it; here that gets the names that people know.
 */
import { type Cause, follows, written } from "../core/cause.ts";
import { Computed, type Source } from "../core/node.ts";
import type { Fact } from "../language/composition/composition.ts";
import { ownerOf } from "../language/member.ts";
import { type Definition, siteOf } from "./definition.ts";
import type { Workspace } from "./workspace.ts";

/** How a definition is called: by its name, or where it has none by its key. */
export const nameOf = ({ name, key }: Definition): string => name ?? key;

/** Whom a label speaks of: see `Source.label`. */
export const isDefinition = (label: unknown): label is Definition =>
  typeof label === "object" && label !== null && "declaration" in label;

/** Finds what a change of a member goes back to. */
export class Origins {
  /** Evaluated since the passes had everything. */
  readonly #evaluated = new Set<Definition>();
  /** Who declares an automaton, of those that were evaluated. */
  readonly #declares = new Map<string, Definition>();
  /** The facts that came or went, by the member that they speak of. */
  readonly #facts = new Map<string, Fact>();
  readonly #causes = new Map<Definition, Cause>();

  evaluated(definition: Definition): void {
    this.#evaluated.add(definition);
    const { value } = definition.node;
    if (value?._tag === "Automaton") this.#declares.set(value.name, definition);
  }

  body(automaton: string, definition: Definition): void {
    this.#declares.set(automaton, definition);
  }

  changed(facts: readonly Fact[]): void {
    for (const fact of facts) {
      const { _tag } = fact;
      const key = _tag === "Member" ? fact.automaton.name : _tag === "Wire" ? fact.from : ownerOf(fact.to);
      this.#facts.set(key, fact);
    }
  }

  clear(): void {
    this.#evaluated.clear();
    this.#declares.clear();
    this.#facts.clear();
    this.#causes.clear();
  }

  /** Why the member is not as it was, in the system that `system` declares. */
  why(
    key: string,
    system: Definition | null,
    workspace: Workspace,
    cells: ReadonlyMap<string, Cause>,
  ): Cause {
    const site = this.#facts.get(key)?.site;
    const there =
      site === undefined ? undefined : workspace.modules.get(site.module)?.definitions.get(site.declaration);
    const begun = [this.#declares.get(key), there, system].find(
      (one): one is Definition => one !== undefined && one !== null && this.#evaluated.has(one),
    );
    if (begun === undefined) return written(site?.declaration ?? key, "gone", null);
    const cause = this.#causeOf(begun, workspace, cells);
    // That the automaton's own declaration came out different goes without saying.
    return cause.what === key && cause.from !== null ? cause.from : cause;
  }

  #causeOf(start: Definition, workspace: Workspace, cells: ReadonlyMap<string, Cause>): Cause {
    const way: Definition[] = [start];
    const seen = new Set(way);
    let cause: Cause | null = null;
    let triggeredBy: Source | null = start.node.triggeredBy;
    while (cause === null) {
      const definition = way.at(-1)!;
      const known = this.#causes.get(definition);
      if (known !== undefined) {
        way.pop();
        cause = known;
        break;
      }
      const label = triggeredBy?.label ?? null;
      if (label === null) {
        way.pop();
        cause = written(nameOf(definition), definition.isNew ? "new" : "edited", siteOf(definition));
        this.#causes.set(definition, cause);
      } else if (!isDefinition(label)) {
        cause = cells.get(label as string) ?? this.#declared(label as string, definition, workspace);
      } else if (label === definition) {
        triggeredBy = triggeredBy instanceof Computed ? triggeredBy.triggeredBy : null;
      } else if (this.#evaluated.has(label) && !seen.has(label)) {
        way.push(label);
        seen.add(label);
        triggeredBy = label.node.triggeredBy;
      } else {
        const { definitions } = workspace.modules.get(label.file) ?? { definitions: null };
        const gone = definitions?.get(label.key) !== label;
        cause = written(nameOf(label), gone ? "gone" : "edited", siteOf(label));
      }
    }
    for (let definition = way.pop(); definition !== undefined; definition = way.pop()) {
      cause = follows(nameOf(definition), cause);
      this.#causes.set(definition, cause);
    }
    return cause;
  }

  /** A name that was missing, or all that a file declares. */
  #declared(name: string, reader: Definition, workspace: Workspace): Cause {
    const declared = workspace.lookup(reader.file, name);
    return declared === undefined ? written(name, "gone", null) : written(name, "new", siteOf(declared));
  }
}
