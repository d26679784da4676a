// Floor 6. Settings → the same for work that asks no source, no model and no store of its own. Addresses may hold keys, and what a job says lies
// on Redis: they are left out of it.
import { type DeskConfig, SourceSettings } from "#schemas/config.ts";

export const askingNobody = (config: DeskConfig): DeskConfig => ({
  ...config,
  databaseUrl: null,
  redisUrl: null,
  sources: SourceSettings.parse({}),
  news: { ...config.news, feeds: [] },
  modelUrl: null,
  modelFallback: null,
  sleepModelUrl: null,
});
