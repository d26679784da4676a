// Floor 2. Program of the child process that makes an empty PGlite folder: `node create-pglite.ts FOLDER`. See pglite.ts.
import { PGlite } from "@electric-sql/pglite";

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("create-pglite.ts wants the folder to create");

// Its parent holds the other end: when the parent is gone, the folder is not wanted.
process.stdin.resume().once("end", () => process.exit(1));

const pg = await PGlite.create(folder);
await pg.close();
process.exit(0);
