// Floor 6. What a process has to work with: types only.
import type { DeskConfig } from "#schemas/config.ts";
import type { Environment } from "../environment.ts";

export interface WorkerPlace {
  readonly config: DeskConfig;
  /** For what settings do not hold: a provider's key, under the provider's own name. */
  readonly env: Environment["values"];
}
