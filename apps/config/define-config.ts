// Floor 6. What a configuration file calls: it gives back its argument, and the editor completes and checks it.
import type { Config } from "./config-type.ts";

/** The desk's configuration, as the default export of `deeptrader.config.ts`. See docs/configuration.md. */
export const defineConfig = (config: Config): Config => config;
