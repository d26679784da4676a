// Floor 6. The bare name `deeptrader` in a file that lies anywhere → this package's public entry, the same module that the
// desk itself has. Set once in each process or worker that loads such a file.
import { registerHooks } from "node:module";

const PACKAGE = new URL("../package.json", import.meta.url).href;
let isProvided = false;

/** From here on `import … from "deeptrader"` works from any folder. */
export function provideDeepTrader(): void {
  if (isProvided) return;
  isProvided = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "deeptrader" ? next(specifier, { ...context, parentURL: PACKAGE }) : next(specifier, context),
  });
}
