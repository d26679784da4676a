// `npx drizzle-kit generate` turns memory/stores/tables.ts into SQL, offline; the output is committed.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./memory/stores/tables.ts",
  out: "./memory/stores/migrations",
});
