// Floor 6. The name of a strategy that is to be written: an id of its own.
import { UsageError } from "#schemas/errors.ts";
import { strategyIds } from "#toolkits/strategies/registry.ts";

const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** @throws UsageError for a name that is no id, or that is a shipped strategy's */
export function requireStrategyName(name: string): void {
  if (strategyIds().includes(name)) {
    throw new UsageError({
      was: `${name} is a strategy that comes with the product.`,
      expected: "an id of its own, by which positions and trades are told apart",
      remedy: "Choose another name.",
    });
  }
  if (ID.test(name)) return;
  const id = idOf(name.replace(/\.m?[tj]s$/, "").replace(/([a-z0-9])([A-Z])/g, "$1-$2"));
  throw new UsageError({
    was: `${JSON.stringify(name)} cannot be a strategy's id.`,
    expected: "1-40 of a-z, 0-9 and -",
    remedy: id === "" ? "Choose another name." : `Write ${id}; the folder goes to --dir.`,
  });
}

/** Any text → 0 to 40 of a-z, 0-9 and -. */
export const idOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
