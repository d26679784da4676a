// Floor 6. Strategies as a heading names them: those that come with the product are examples, and said to be; a user's own are not.
import { strategyIds } from "#toolkits/strategies/registry.ts";

/** `mean-reversion (example strategy)`, `my-cross`, `mean-reversion (example), my-cross`. */
export function strategiesText(ids: readonly string[]): string {
  const shipped = strategyIds();
  const examples = ids.filter((id) => shipped.includes(id)).length;
  if (examples === 0) return ids.join(", ");
  if (examples === ids.length) return `${ids.join(", ")} (example ${ids.length > 1 ? "strategies" : "strategy"})`;
  return ids.map((id) => (shipped.includes(id) ? `${id} (example)` : id)).join(", ");
}
