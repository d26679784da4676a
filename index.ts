// The public entry: what `import … from "deeptrader"` gives to configuration files, from whichever folder.
export type { Config } from "#apps/config/config-type.ts";
export { defineConfig } from "#apps/config/define-config.ts";
