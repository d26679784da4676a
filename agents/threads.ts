// Floor 3. Chat threads: what was asked and answered, kept in Mastra's own memory, in the desk's own database under a schema
// of its own. Opened at the first message; what is not chatted with never loads it.
import type { Memory as MastraMemory } from "@mastra/memory";
import { InvariantError } from "#schemas/errors.ts";
import type { SideDatabase } from "#schemas/ports/memory.ts";
import { Intent } from "#schemas/question.ts";
import { type DeskId, type UnixMs, unixMs } from "#schemas/units.ts";
import { loadMastra } from "./mastra-env.ts";

/** Beside Khala's own, and never touched by its migrations. */
const SCHEMA = "deeptrader_chat";

/** One question and its answer. */
export interface Exchange {
  readonly question: string;
  readonly answer: string;
  /** What was understood; null where nothing was. A follow-up takes missing slots from it. */
  readonly intent: Intent | null;
  /** The desk's clock. */
  readonly atMs: UnixMs;
}

export interface ChatThreads {
  /** Resolves once it is durable. */
  remember(threadId: string, exchange: Exchange): Promise<void>;
  /** The newest `count`, oldest first. */
  recent(threadId: string, count: number): Promise<readonly Exchange[]>;
  /** Deletes every thread of the desk; returns how many. */
  purge(): Promise<number>;
  close(): Promise<void>;
}

/** One thread for each conversation of a run: a simulated run starts an empty one. */
export const threadIdOf = (parts: { readonly deskId: string; readonly runId: string; readonly conversation: string }) =>
  `${parts.deskId}:${parts.runId}:${parts.conversation}`;

/** @param side null: kept in memory, and gone with the process */
export async function openThreads(side: SideDatabase, deskId: DeskId): Promise<ChatThreads> {
  const { memory, close } = await openMemory(side);
  const begun = new Set<string>();

  const begin = async (threadId: string, atMs: UnixMs): Promise<void> => {
    if (begun.has(threadId)) return;
    if ((await memory.getThreadById({ threadId })) === null) {
      const at = new Date(atMs);
      const thread = { id: threadId, resourceId: deskId, title: "operator chat", createdAt: at, updatedAt: at };
      await memory.saveThread({ thread });
    }
    begun.add(threadId);
  };

  return {
    async remember(threadId, { question, answer, intent, atMs }) {
      await begin(threadId, atMs);
      const { total } = await memory.recall({ threadId, resourceId: deskId, perPage: 1 });
      const message = (role: "user" | "assistant", text: string, nth: number) => ({
        id: `${threadId}:${total + nth}`,
        role,
        // Threads are read in the order of time; several questions may fall on one moment of a simulated clock.
        createdAt: new Date(atMs + total + nth),
        threadId,
        resourceId: deskId,
        content: {
          format: 2 as const,
          parts: [{ type: "text" as const, text }],
          metadata: { atMs, ...(role === "assistant" ? { intent } : {}) },
        },
      });
      await memory.saveMessages({ messages: [message("user", question, 0), message("assistant", answer, 1)] });
    },

    async recent(threadId, count) {
      if (count <= 0 || (await memory.getThreadById({ threadId })) === null) return [];
      const { messages } = await memory.recall({
        threadId,
        resourceId: deskId,
        perPage: count * 2,
        orderBy: { field: "createdAt", direction: "DESC" },
      });
      const inOrder = messages.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
      return inOrder.flatMap((asked, index) => {
        const answered = inOrder[index + 1];
        if (asked.role !== "user" || answered?.role !== "assistant") return [];
        const noted = answered.content.metadata ?? {};
        return [
          {
            question: textOf(asked.content.parts),
            answer: textOf(answered.content.parts),
            intent: Intent.safeParse(noted["intent"]).data ?? null,
            atMs: unixMs(Number(noted["atMs"])),
          },
        ];
      });
    },

    async purge() {
      begun.clear();
      let gone = 0;
      for (;;) {
        const { threads } = await memory.listThreads({ filter: { resourceId: deskId }, perPage: 100, page: 0 });
        if (threads.length === 0) return gone;
        for (const thread of threads) {
          await memory.deleteThread(thread.id);
          gone += 1;
        }
      }
    },

    close,
  };
}

const textOf = (parts: readonly { readonly type: string }[]): string =>
  parts.flatMap((part) => (part.type === "text" && "text" in part ? [String(part.text)] : [])).join("");

/** Only what chat needs: of Mastra's storage the memory tables, of its memory the messages as they were written. */
async function openMemory(side: SideDatabase): Promise<{ readonly memory: MastraMemory; close(): Promise<void> }> {
  const { noopLogger } = await loadMastra();
  const [{ Memory }, { MastraCompositeStore, InMemoryStore }] = await Promise.all([
    import("@mastra/memory"),
    import("@mastra/core/storage"),
  ]);
  const options = { lastMessages: 20, semanticRecall: false, workingMemory: { enabled: false } } as const;
  if (side === null) {
    const memory = new Memory({ storage: new InMemoryStore(), options });
    memory.__setLogger(noopLogger);
    return { memory, close: async () => {} };
  }
  const { PostgresStore } = await import("@mastra/pg");
  const common = { id: "deeptrader-chat", schemaName: SCHEMA, disableInit: true } as const;
  const postgres = new PostgresStore(
    side.kind === "url"
      ? { ...common, connectionString: side.url, max: 2 }
      : // A pool's look-alike: the library asks for node-postgres' own class and uses the part that SqlPool names.
        { ...common, pool: side.pool as never },
  );
  postgres.__setLogger(noopLogger);
  const domain = await postgres.getStore("memory");
  if (domain === undefined) {
    throw new InvariantError({
      was: "Mastra's PostgreSQL storage has no memory.",
      remedy: "Install the pinned versions: npm ci.",
    });
  }
  const storage = new MastraCompositeStore({ id: "deeptrader-chat-memory", domains: { memory: domain } });
  storage.__setLogger(noopLogger);
  // Mastra remembers per process which schemas it has made, by name and not by database; so this is done before.
  await side.prepare(SCHEMA, () => storage.init());
  const memory = new Memory({ storage, options });
  memory.__setLogger(noopLogger);
  return { memory, close: () => postgres.close() };
}
