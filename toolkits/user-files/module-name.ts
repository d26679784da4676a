// Floor 2. The name `deeptrader` in a user's file, wherever it lies → this package's own entry. Hooks hold for one thread: the
// main one and every worker that imports a user's file call this.
import { registerHooks } from "node:module";

export const MODULE_NAME = "deeptrader";

const PACKAGE = new URL("../../package.json", import.meta.url).href;

let isRegistered = false;

/** From here on, a file imported by this thread may import `deeptrader`. Calling it again does nothing. */
export function registerModuleName(): void {
  if (isRegistered) return;
  isRegistered = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === MODULE_NAME || specifier.startsWith(`${MODULE_NAME}/`)
        ? // As the package's own reference to itself, which its `exports` resolve.
          next(specifier, { ...context, parentURL: PACKAGE })
        : next(specifier, context),
  });
}
