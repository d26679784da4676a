// Floor 4. Conversations by name: what was understood last, for follow-ups, and what was said, kept in the desk's chat threads.
// Only a conversation that has a name is kept; the threads are opened at the first of them.
import type { ChatThreads, Exchange } from "#agents/threads.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Intent } from "#schemas/question.ts";
import type { Desk } from "../desk.ts";

export interface Conversations {
  /**
   * The last intent understood; null where nothing was asked yet, or the threads cannot be read, which is reported. The first
   * call of a name reads its thread.
   */
  previous(name: string): Promise<Intent | null>;
  /** Known from now on; kept once `write` was awaited. */
  keep(name: string, exchange: Exchange): { readonly write: () => Promise<void> };
  /** The newest `count`, oldest first. */
  recent(name: string, count: number): Promise<readonly Exchange[]>;
  /** Forgets everything that was asked and answered here; returns how many conversations. */
  purge(): Promise<number>;
  close(): Promise<void>;
}

/** Names kept in the process; the oldest is read anew from its thread when it comes up again. */
const MAX_KNOWN = 200;

export function createConversations(
  { deskId, runId }: Pick<Desk, "deskId" | "runId">,
  { side }: Pick<Store, "side">,
  onProblem: (text: string) => void,
): Conversations {
  const known = new Map<string, Intent | null>();
  let opened: Promise<ChatThreads> | null = null;

  const threads = (): Promise<ChatThreads> => {
    if (opened !== null) return opened;
    const opening = import("#agents/threads.ts").then(({ openThreads }) => openThreads(side, deskId));
    opened = opening;
    // A store that is down now may be there at the next question.
    opening.catch(() => {
      opened = null;
    });
    return opening;
  };
  const threadOf = async (name: string): Promise<string> => {
    const { threadIdOf } = await import("#agents/threads.ts");
    return threadIdOf({ deskId, runId, conversation: name });
  };
  const know = (name: string, intent: Intent | null): void => {
    known.delete(name);
    known.set(name, intent);
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  };

  return {
    async previous(name) {
      const intent = known.get(name);
      if (intent !== undefined) return intent;
      let exchanges: readonly Exchange[];
      try {
        exchanges = await (await threads()).recent(await threadOf(name), LOOK_BACK);
      } catch (error) {
        // A question can be answered without knowing the one before it.
        onProblem(`what was said before cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      }
      const last = exchanges.findLast((exchange) => exchange.intent !== null)?.intent ?? null;
      know(name, last);
      return last;
    },
    keep(name, exchange) {
      if (exchange.intent !== null) know(name, exchange.intent);
      return { write: async () => (await threads()).remember(await threadOf(name), exchange) };
    },
    recent: async (name, count) => (await threads()).recent(await threadOf(name), count),
    async purge() {
      known.clear();
      return (await threads()).purge();
    },
    close: async () => (await opened?.catch(() => null))?.close(),
  };
}

/** A declined question has no intent; the one before it is meant then. */
const LOOK_BACK = 10;
