/** The texts that pages show beside what runs, and the language server of each page that has one. */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import { remembered } from "../core/remembered.ts";
import type { Program } from "../program/program.ts";
import type { Follower } from "./follower.ts";
import type { LanguageServer } from "./language-server.ts";
import type { PageConnection } from "./page-connection.ts";
import type { PageRefusal, SourceText } from "./protocol.ts";
import { modifiedAt, SourceTexts } from "./source-text.ts";

/** What it needs of the inspector. */
export interface PageTextOptions {
  readonly program: () => Promise<Program | null>;
  readonly rewrite: (file: string, text: string) => string | null;
  readonly languageServer: readonly string[];
}

interface Shown {
  readonly file: string;
  readonly modified: number | null;
}

/** For all pages of an inspector. */
export class PageTexts {
  readonly #follower: Follower;
  readonly #options: PageTextOptions;
  readonly #sources: SourceTexts;
  readonly #shown = new Map<PageConnection, Shown>();
  readonly #servers = new Map<PageConnection, Promise<LanguageServer>>();

  constructor(follower: Follower, options: PageTextOptions) {
    this.#follower = follower;
    this.#options = options;
    this.#sources = new SourceTexts({
      ...options,
      main: () => follower.snapshot.head?.value.file ?? null,
    });
  }

  /** Reads a text, and tells the page from then on when it changes. */
  async show(file: string | null, page: PageConnection): Promise<Either<PageRefusal, SourceText>> {
    const read = await this.#sources.read(file);
    if (isLeft(read) || page.closed.aborted) return read;
    if (!this.#shown.has(page)) page.closed.addEventListener("abort", () => this.#shown.delete(page));
    this.#shown.set(page, { file: read.right.file, modified: modifiedAt(read.right.file) });
    return read;
  }

  /** Writes a text, and has what runs follow it. */
  async save(
    file: string,
    before: string,
    text: string,
  ): Promise<{ readonly result: null } | { readonly refusal: PageRefusal }> {
    const refusal = await this.#sources.save(file, before, text);
    if (refusal !== null) return { refusal };
    // What is wrong with the text is told where it stands, and by the head of the page.
    await this.#follower.ask("reload", {});
    return { result: null };
  }

  /** Tells pages of texts that were saved, by whomever. */
  async look(): Promise<void> {
    for (const [page, { file, modified }] of this.#shown) {
      const now = modifiedAt(file);
      if (now === modified) continue;
      this.#shown.set(page, { file, modified: now });
      const read = await this.#sources.read(file);
      if (!isLeft(read)) page.saved(read.right);
    }
  }

  /**
   * The language server of a page, which begins with the first message, and ends with the page. One that ends by
   * itself is forgotten, and the page is told: it knows what to say to the next one first.
   */
  serverOf(page: PageConnection): Promise<LanguageServer> {
    return remembered(this.#servers, page, () => this.#start(page));
  }

  async #start(page: PageConnection): Promise<LanguageServer> {
    const { startLanguageServer } = await import("./language-server.ts");
    if (page.closed.aborted) throw new Error("the page is gone");
    const onEnd = (): void => {
      this.#servers.delete(page);
      page.closed.removeEventListener("abort", end);
      page.languageEnded();
    };
    const server = startLanguageServer(
      this.#options.languageServer,
      (message) => page.language(message),
      onEnd,
    );
    const end = (): void => server.close();
    page.closed.addEventListener("abort", end);
    return server;
  }
}
