// Floor 2. What a thread for a user's code does before that code is imported.

/** The environment of the thread is empty; a diagnostic report would still name that of the process. */
export function keepFromEnvironment(): void {
  Object.defineProperty(process, "report", { value: undefined });
}

/** A package.json without `type` is no mistake of a strategy's; other warnings stay. */
export function silenceTypelessWarning(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (warning.code === "MODULE_TYPELESS_PACKAGE_JSON" || warning.name === "ExperimentalWarning") return;
    // Said again, with the remedy, by what cannot be loaded.
    if (warning.message.startsWith("Failed to load the ES module")) return;
    process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}
