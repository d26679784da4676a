#!/usr/bin/env node
// The launcher, plain JavaScript so that any Node can read it, the same in the repository and in the package. The desk runs on the
// host's Node where that is new enough; one that is too old hands over to the Node that comes along.
import { spawn } from "node:child_process";
import module from "node:module";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const readsTypeScript = major > 22 || (major === 22 && minor >= 18);

// `deeptrader … | head` closes the pipe early; that is no failure of ours, but whoever still works may stop.
let told = false;
const stopUnheard = (error) => {
  if (error.code !== "EPIPE") throw error;
  if (!told) process.emit("SIGHUP");
  told = true;
};
process.stdout.on("error", stopUnheard);
process.stderr.on("error", stopUnheard);

/**
 * Node asks of each file what kind of module it is, and parses its package.json for that: drizzle-orm's is 179 kB, and it has a hundred
 * files. Within it, files are of the kind of the file that imports them. Half a second of every command.
 */
function withinDrizzle(specifier, context, next) {
  const { parentURL } = context;
  if (!specifier.startsWith(".") || !parentURL?.includes("/node_modules/drizzle-orm/")) return next(specifier, context);
  const format = parentURL.endsWith(".cjs") ? "commonjs" : "module";
  return { url: new URL(specifier, parentURL).href, format, shortCircuit: true };
}

if (readsTypeScript) {
  // The young generation keeps its first size: grown, it costs a desk some 70 MB of memory and makes nothing faster.
  v8.setFlagsFromString("--semi-space-growth-factor=1");
  // Compiled code is kept beside the dependencies, where only whoever installed them may write.
  module.enableCompileCache?.(fileURLToPath(new URL("../node_modules/.cache/deeptrader", import.meta.url)));
  module.registerHooks?.({ resolve: withinDrizzle });
  const { main } = await import("#apps/cli.ts");
  await main(process.argv.slice(2));
} else {
  handOver();
}

function handOver() {
  const bundled = bundledNode();
  if (bundled === null) {
    process.stderr.write(
      `Node ${process.versions.node} cannot run DeepTrader, and the Node that it brings along is not installed. ` +
        "Expected Node 22.18 or newer, or the optional dependencies: install without --omit=optional.\n",
    );
    process.exit(1);
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // fd 3 is a pipe that closes when this process dies, however it dies: the child leaves with its parent.
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, DEEPTRADER_PARENT_FD: "3" },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal !== null) process.kill(process.pid, signal);
    process.exit(code ?? 1);
  });
}

/** A package of its own for each platform, which npm puts beside this one or into it. Null: it was left out, or there is none. */
function bundledNode() {
  const system = process.platform === "win32" ? "win" : process.platform;
  const name = `${system === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${system}-${process.arch}`;
  try {
    return module.createRequire(import.meta.url).resolve(`${name}/bin/${system === "win" ? "node.exe" : "node"}`);
  } catch {
    return null;
  }
}
