// Floor 2. Where the generated SQL lies, and where a database remembers what it has had of it.
import { fileURLToPath } from "node:url";
import type { MigrationConfig } from "drizzle-orm/migrator";

export const MIGRATIONS: MigrationConfig = {
  migrationsFolder: fileURLToPath(new URL("./migrations", import.meta.url)),
  // Not the default name: other programs that use drizzle may share the database.
  migrationsTable: "khala_migrations",
};
