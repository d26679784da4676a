// What this process keeps in memory.
import { setImmediate as turn } from "node:timers/promises";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

/** What a weak reference was followed to is kept until the turn of the machine's own loop is over. */
export async function collectGarbage(): Promise<void> {
  await turn();
  collect();
}

/** Where objects are; code, which grows for hours as it is compiled better, is elsewhere. */
const OBJECTS = new Set(["new_space", "old_space", "new_large_object_space", "large_object_space"]);

/** Bytes of all objects that anything points to. */
export async function keptBytes(): Promise<number> {
  await collectGarbage();
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => OBJECTS.has(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
