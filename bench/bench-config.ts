// Bench. The product's own defaults, on the simulated venue.
import { parseOptions } from "#apps/options.ts";
import type { DeskConfig } from "#schemas/config.ts";

export const benchConfig = (): DeskConfig => parseOptions({}, {}).config;
