// Strategy files in a folder outside the repository, and hosts that open them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type FileHostOptions, openStrategyFile } from "#toolkits/strategies/file-host.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";

export const hostOptions: FileHostOptions = {
  signal: new AbortController().signal,
  sleep: (ms, { signal }) => delay(ms, undefined, { signal }),
};

export class StrategyFolder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), "deeptrader-strategies-"));
  readonly #hosts: StrategyHost[] = [];

  /** Writes files by their names, and gives the path of the first. */
  write(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
    return join(this.path, Object.keys(files)[0] ?? "");
  }

  async open(file: string, options: Partial<FileHostOptions> = {}): Promise<StrategyHost> {
    const host = await openStrategyFile(file, { ...hostOptions, ...options });
    this.#hosts.push(host);
    return host;
  }

  /** What is said of a file that cannot be loaded; the folder's own path is left out. */
  async faultOf(file: string, options: Partial<FileHostOptions> = {}): Promise<string> {
    try {
      await this.open(file, options);
      return "it was loaded";
    } catch (error) {
      return error instanceof Error ? error.message.replaceAll(`${this.path}/`, "") : String(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
    rmSync(this.path, { recursive: true });
  }
}

/** A file with these fields beside an id and indicators. */
export const strategyText = (fields: string, id = "mine"): string => `
import { defineStrategy, ema } from "deeptrader";
export default defineStrategy({
  id: "${id}",
  indicators: { fast: ema(12), slow: ema(48) },
  ${fields}
});
`;
