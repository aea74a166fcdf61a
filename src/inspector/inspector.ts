/** The inspector of one system: its server, and what its pages ask. */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import type { SystemState } from "../../runtime/process/state.ts";
import type { InstanceLogs } from "../core/base-kind.ts";
import type { Clock } from "../core/clock.ts";
import type { Program } from "../program/program.ts";
import { readAssets } from "./assets.ts";
import type { Editing } from "./editing.ts";
import { type AttributeRows, explainedElement } from "./explained.ts";
import { Follower } from "./follower.ts";
import { GroupSource } from "./group-source.ts";
import { InspectorHttp } from "./http.ts";
import { LogFollower } from "./logs.ts";
import { loopbackAddress } from "./loopback.ts";
import { type Answer, PageConnection } from "./page-connection.ts";
import { PageTexts } from "./page-texts.ts";
import type { PageRefusal } from "./protocol.ts";
import { Sessions } from "./sessions.ts";

/** What is inspected, and with what. */
export interface InspectorOptions {
  readonly state: SystemState;
  readonly clock: Clock;
  /** Where the build left the page. */
  readonly assets: string;
  /** 0: any. */
  readonly port: number;
  /** All logs that there are now; null where nothing ever prints. */
  readonly logs: () => Promise<InstanceLogs | null>;
  /** The program as its text says it now; null where there is none without errors. */
  readonly program: () => Promise<Program | null>;
  /** Puts a text in the place of a file's; why it cannot, or null. */
  readonly rewrite: (file: string, text: string) => string | null;
  /** What starts a language server. */
  readonly languageServer: readonly string[];
  /** Changes the text; `ask` is answered by the orchestrator. */
  readonly editing: (ask: Follower["ask"]) => Editing;
  /** Puts what a pass found into words. */
  readonly rowsOf: AttributeRows;
  /** The address by which a page is opened, once: the first, and another whenever one was used. */
  readonly onAddress: (address: string) => void;
}

/** An inspector that serves pages until it is closed. */
export interface Inspector {
  readonly close: () => Promise<void>;
}

const refused = ({ message, hint }: PageRefusal): { readonly refusal: PageRefusal } => ({
  refusal: { message, ...(hint === undefined ? {} : { hint }) },
});

const answered = <A>(
  answer: Either<PageRefusal, A>,
): { readonly result: A } | { readonly refusal: PageRefusal } =>
  isLeft(answer) ? refused(answer.left) : { result: answer.right };

const answering = (
  follower: Follower,
  follows: PageTexts,
  { logs, rowsOf, editing }: InspectorOptions,
): Answer => {
  const edits = editing(follower.ask.bind(follower));
  return async (request, page) => {
    switch (request.ask) {
      case "explain": {
        const answer = await follower.ask("explain", { name: request.name });
        return isLeft(answer) ? refused(answer.left) : { result: explainedElement(answer.right, rowsOf) };
      }
      case "restart": {
        const answer = await follower.ask("restart", { name: request.name });
        if (isLeft(answer)) return refused(answer.left);
        return { result: { failures: answer.right.failures.map(({ message }) => message) } };
      }
      case "logs": {
        const { automaton } = request;
        const [print, onTrouble] = [page.printed.bind(page), page.troubled.bind(page)];
        void new LogFollower({ find: logs, automaton, print, onTrouble }, page.followAnew()).run();
        return { result: null };
      }
      case "propose":
        return answered(await edits.propose(request.goal));
      case "choose":
        return answered(await edits.choose(request.offer, request.choice));
      case "text":
        return answered(await follows.show(request.file, page));
      case "save":
        return follows.save(request.file, request.before, request.text);
      case "language":
        (await follows.serverOf(page)).send(request.message);
        return { result: null };
      case "turn":
        return answered(await edits.turn(request.way, request.isTried));
    }
  };
};

/** Throws a `KernelError` where the port cannot be had. */
export const openInspector = async (options: InspectorOptions): Promise<Inspector> => {
  const sessions = new Sessions();
  const follower = new Follower(options.state, options.clock);
  const texts = new PageTexts(follower, options);
  const answer = answering(follower, texts, options);
  const pages = new Set<PageConnection>();
  const groups = new GroupSource(follower, options.program, options.clock, (found) => {
    for (const page of pages) page.group(found);
  });
  // What one look finds wrong ends neither the next one nor what other pages see.
  const troubled = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    for (const page of pages) page.troubled(`cannot read the program: ${message}`);
  };
  follower.onSnapshot = () => {
    groups.look().catch(troubled);
    texts.look().catch(troubled);
  };
  let port = 0;
  const tell = (): void => options.onAddress(`http://${loopbackAddress}:${port}/#${sessions.issue()}`);
  const http = new InspectorHttp({
    sessions,
    assets: readAssets(options.assets),
    onPage: (socket) => {
      const page = new PageConnection(socket, follower, answer);
      pages.add(page);
      page.closed.addEventListener("abort", () => pages.delete(page));
      page.group(groups.groups);
    },
    onRedeemed: tell,
  });
  port = await http.listen(options.port);
  tell();
  return {
    close: async () => {
      follower.close();
      await http.close();
    },
  };
};
