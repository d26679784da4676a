// `node open-home.ts HOME`: opens the store of a home, says so, and holds it until it is killed or told to end by SIGTERM.
import { openStore } from "#memory/stores/open.ts";

const [, , home = ""] = process.argv;
try {
  const signal = new AbortController().signal;
  const store = await openStore({ kind: "pglite", home, owner: "child" }, { signal, onNote: () => say("creating") });
  say("open");
  process.once("SIGTERM", () => void store.close().then(() => process.exit(0)));
  setInterval(() => {}, 60_000);
} catch (error) {
  say(`refused ${(error as Error).name} ${(error as Error).message}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
