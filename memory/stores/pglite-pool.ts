// Floor 2. A PGlite → as much of node-postgres' Pool as a library with tables of its own needs (chat threads).
//
// PGlite is one session that Khala works on too. A raw BEGIN would take Khala's statements into somebody else's transaction,
// and its ROLLBACK would make acknowledged rows vanish. So BEGIN, COMMIT and ROLLBACK of a client become one
// `pg.transaction()`, for which every other statement waits; and what would change the session for all is refused.
import type { PGlite, Results, Transaction } from "@electric-sql/pglite";
import { InvariantError } from "#schemas/errors.ts";
import type { SideDatabase, SqlClient, SqlPool, SqlResult } from "#schemas/ports/memory.ts";

/** The side of an embedded database: there is only one process on it. */
export function sideOf(pg: Pick<PGlite, "query" | "exec" | "transaction">): SideDatabase {
  return {
    kind: "pool",
    pool: poolOver(pg),
    prepare: async (schema, work) => {
      await pg.exec(`create schema if not exists "${schema}"`);
      await work();
    },
  };
}

/** Closing it leaves the database open: it is Khala's. */
export function poolOver(pg: Pick<PGlite, "query" | "exec" | "transaction">): SqlPool {
  return {
    query: (text, values) => run(pg, text, values),
    connect: async () => createClient(pg),
    end: async () => {},
    on() {
      return this;
    },
    off() {
      return this;
    },
    removeListener() {
      return this;
    },
  };
}

/** One transaction of a client while it is open. */
interface OpenTransaction {
  readonly tx: Transaction;
  /** Ends it; resolves or rejects as the database says. */
  end(how: "commit" | "rollback"): Promise<void>;
}

const BEGIN = /^\s*(?:begin|start\s+transaction)\b/i;
const COMMIT = /^\s*(?:commit|end)\b/i;
const ROLLBACK = /^\s*rollback\b(?!\s+to\b)/i;
const SESSION = /^\s*(?:set\s+(?!local\b|transaction\b)|reset\b|discard\b|listen\b|prepare\s+transaction\b)/i;

function createClient(pg: Pick<PGlite, "query" | "exec" | "transaction">): SqlClient {
  let open: OpenTransaction | null = null;
  const query: SqlClient["query"] = async (statement, values) => {
    const { text } = statementOf(statement, values);
    if (BEGIN.test(text)) {
      if (open !== null) throw misuse("a transaction was begun within another");
      open = await begin(pg);
      return EMPTY;
    }
    if (COMMIT.test(text) || ROLLBACK.test(text)) {
      const ending = open;
      open = null;
      // As PostgreSQL itself: outside a transaction it is a warning and no more.
      await ending?.end(COMMIT.test(text) ? "commit" : "rollback");
      return EMPTY;
    }
    return run(open?.tx ?? pg, statement, values);
  };
  return {
    query,
    // A client that goes back to its pool in the middle of a transaction has lost it.
    release: () => {
      const left = open;
      open = null;
      left?.end("rollback").catch(() => {});
    },
    on() {
      return this;
    },
    off() {
      return this;
    },
    removeListener() {
      return this;
    },
  };
}

/** Resolves once the transaction is open, and holds everybody else off until it is ended. */
function begin(pg: Pick<PGlite, "transaction">): Promise<OpenTransaction> {
  return new Promise((opened, failed) => {
    const { promise: ended, resolve: end } = Promise.withResolvers<"commit" | "rollback">();
    const done = pg.transaction(async (tx) => {
      opened({
        tx,
        end: (how) => {
          end(how);
          return done;
        },
      });
      if ((await ended) === "rollback") await tx.rollback();
    });
    done.catch(failed);
  });
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[] | undefined;
}

const statementOf = (statement: Parameters<SqlClient["query"]>[0], values?: readonly unknown[]): Statement =>
  typeof statement === "string"
    ? { text: statement, values }
    : { text: statement.text, values: values ?? statement.values };

async function run(
  on: Pick<PGlite, "query" | "exec"> | Transaction,
  statement: Parameters<SqlClient["query"]>[0],
  given?: readonly unknown[],
): Promise<SqlResult> {
  const { text, values } = statementOf(statement, given);
  if (SESSION.test(text)) throw misuse(`"${text.trim().slice(0, 40)}" would change Khala's own session`);
  // The extended protocol takes one statement at a time; several come without values.
  if (values === undefined || values.length === 0) return resultOf((await on.exec(text)).at(-1));
  return resultOf(await on.query(text, values.map(asParameter)));
}

/** As node-postgres sends it: dates as ISO texts, objects as JSON, arrays as they are. */
function asParameter(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    return value === undefined ? null : value;
  }
  return JSON.stringify(value);
}

const resultOf = (result: Results | undefined): SqlResult => ({
  rows: (result?.rows ?? []) as Record<string, unknown>[],
  rowCount: result === undefined ? 0 : result.rows.length > 0 ? result.rows.length : (result.affectedRows ?? 0),
  fields: result?.fields ?? [],
});

const EMPTY: SqlResult = Object.freeze({ rows: [], rowCount: 0, fields: [] });

const misuse = (was: string) =>
  new InvariantError({
    was: `The chat's database was misused: ${was}.`,
    expected: "statements within pg.transaction()",
    remedy: "This is a bug; please report it.",
  });
