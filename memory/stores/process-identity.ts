// Floor 2. Who holds a lock or a run, and whether that process still lives. A pid alone does not say it, since pids are
// given again: the start time of the process goes with it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

export const ProcessIdentity = z.object({
  pid: z.int().positive(),
  /** Changes whenever the pid is given again; empty where the host does not tell. */
  incarnation: z.string(),
  host: z.string(),
  /** What it does, for people: `start`, `sleep --once`. */
  label: z.string(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** This process, under a name for people. */
export const thisProcess = (label: string): ProcessIdentity => ({
  pid: process.pid,
  incarnation: incarnationOf(process.pid) ?? "",
  host: hostname(),
  label,
});

/** `elsewhere`: another host, whose processes cannot be seen from here; it must be taken for alive. */
export function lifeOf(identity: ProcessIdentity): "alive" | "dead" | "elsewhere" {
  if (identity.host !== hostname()) return "elsewhere";
  const incarnation = incarnationOf(identity.pid);
  if (incarnation === null) return "dead";
  return incarnation === identity.incarnation || incarnation === "" || identity.incarnation === "" ? "alive" : "dead";
}

/** Null: no such process; empty: it lives, and the host does not tell since when. */
function incarnationOf(pid: number): string | null {
  if (!isRunning(pid)) return null;
  try {
    return fromProc(pid);
  } catch {
    return fromPs(pid);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: field 2 is the command in parentheses, which may hold spaces
// and parentheses itself; field 3 is the state, field 22 the start in ticks since boot, hence the boot id beside it.
function fromProc(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === "Z" || state === "X") return null;
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${bootId}:${fields[19] ?? ""}`;
}

function fromPs(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { LC_ALL: "C", TZ: "UTC", PATH: "/bin:/usr/bin" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}
