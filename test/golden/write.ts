// `npm run golden`: prints which lines of the kept journals differ, by kind, and writes the journals anew. A change of these
// files is a change of what the desk does: the commit says why.
import { changesOf, readGolden, writeGolden } from "./files.ts";
import { byBacktest, WORLDS } from "./worlds.ts";

const EXAMPLES = 3;

for (const [name, open] of WORLDS) {
  const world = await open();
  const lines = await byBacktest(world);
  await world.close();
  const changes = changesOf(await readGolden(name), lines);
  process.stdout.write(`${name}: ${lines.length} lines, ${changes.length === 0 ? "unchanged" : "changed"}\n`);
  for (const { kind, gone, come } of changes) {
    process.stdout.write(`  ${kind}: ${gone.length} gone, ${come.length} come\n`);
    for (const line of gone.slice(0, EXAMPLES)) process.stdout.write(`    - ${line}\n`);
    for (const line of come.slice(0, EXAMPLES)) process.stdout.write(`    + ${line}\n`);
  }
  await writeGolden(name, lines);
}
