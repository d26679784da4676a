// Floor 3. The one door to Mastra: sets its switches, then loads it. Loading takes some hundred milliseconds, so no file
// imports @mastra/core at the top of a file, and an answer that Khala already holds never comes here.

/** The parts of Mastra that the agents are built from. */
export type Mastra = Awaited<ReturnType<typeof load>>;

let loaded: Promise<Mastra> | undefined;

/** Loads Mastra once; later calls share the same modules. */
export function loadMastra(): Promise<Mastra> {
  loaded ??= load();
  return loaded;
}

async function load() {
  // Read by Mastra while it loads: no usage statistics, no hourly refresh of its provider list. An operator's own setting wins.
  process.env["MASTRA_TELEMETRY_DISABLED"] ??= "1";
  process.env["MASTRA_OFFLINE"] ??= "1";
  const [{ Agent }, { createTool }, { RequestContext }, { noopLogger }] = await Promise.all([
    import("@mastra/core/agent"),
    import("@mastra/core/tools"),
    import("@mastra/core/request-context"),
    import("@mastra/core/logger"),
  ]);
  return { Agent, createTool, RequestContext, noopLogger };
}

/** Mastra's model router, loaded only where a provider's model is configured. */
export async function loadModelRouter() {
  await loadMastra();
  const { ModelRouterLanguageModel, getProviderConfig } = await import("@mastra/core/llm");
  return { ModelRouterLanguageModel, getProviderConfig };
}

/** Mastra's workflows, loaded only where a debate is held. */
export async function loadWorkflows() {
  await loadMastra();
  const { createStep, createWorkflow } = await import("@mastra/core/workflows");
  return { createStep, createWorkflow };
}

/** Mastra's tracing, loaded only where a run of an agent is looked at. */
export async function loadObservability() {
  const [{ noopLogger }, { DefaultObservabilityInstance }, { SpanType }] = await Promise.all([
    loadMastra(),
    import("@mastra/observability"),
    import("@mastra/core/observability"),
  ]);
  return { noopLogger, DefaultObservabilityInstance, SpanType };
}
