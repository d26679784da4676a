// Floor 6. `jobs`: what waits, runs or was given up on the queue, why it is slow, and a person's hand on it.
import { UnknownNameError } from "#schemas/errors.ts";
import type { FailedJob, JobQueue, JobsOverview, RoleOverview } from "#schemas/ports/jobs.ts";
import type { Style } from "../io.ts";
import { openQueue } from "../jobs/open-queue.ts";
import type { Call, Done } from "../own-command.ts";
import { table } from "../text/table.ts";
import { VERSION } from "../version.ts";

export const listJobs = (call: Call): Promise<Done> =>
  withQueue(call, async (queue) => {
    const document = await queue.overview(call);
    return { document, text: renderJobs(document, call.io.style) };
  });

export const listFailed = (call: Call): Promise<Done> =>
  withQueue(call, async (queue) => {
    const failed = await queue.failed(call);
    return { document: { failed }, text: renderFailed(failed) };
  });

/** @throws UnknownNameError where no such job was given up */
export const retryJobs = (call: Call): Promise<Done> =>
  withQueue(call, async (queue) => {
    const [asked = ""] = call.input.args;
    const failed = await queue.failed(call);
    const ids = asked === "all" ? failed.map(({ id }) => id) : [asked];
    const retried: string[] = [];
    for (const id of ids) {
      if (await queue.retry(id, call)) retried.push(id);
      else if (asked !== "all") throw noSuchJob(id, "that was given up", "`deeptrader jobs failed` lists them.");
    }
    return { document: { retried }, text: `${retried.length} tried again.` };
  });

/** @throws UnknownNameError where there is no such job, or it has ended */
export const cancelJob = (call: Call): Promise<Done> =>
  withQueue(call, async (queue) => {
    const [id = ""] = call.input.args;
    if (!(await queue.cancel(id, call))) throw noSuchJob(id, "that has not ended", "It may be done by now.");
    return { document: { cancelled: id }, text: `${id} was taken back.` };
  });

async function withQueue(call: Call, work: (queue: JobQueue) => Promise<Done>): Promise<Done> {
  const queue = await openQueue(call.options.config, call.io.note);
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

export function renderJobs({ roles, otherVersions }: JobsOverview, style: Style): string {
  return [
    table(roles, [
      { title: "role", value: ({ role }) => role },
      { title: "waiting", value: ({ waiting }) => String(waiting), align: "right" },
      { title: "running", value: ({ active }) => String(active), align: "right" },
      { title: "again later", value: ({ delayed }) => String(delayed), align: "right" },
      { title: "given up", value: ({ failed }) => String(failed), align: "right" },
      { title: "one takes", value: ({ medianRunMs }) => durationOf(medianRunMs), align: "right" },
      { title: "oldest waits", value: ({ oldestWaitMs }) => durationOf(oldestWaitMs), align: "right" },
      { title: "workers", value: ({ workers }) => String(workers.length), align: "right" },
    ]),
    ...roles.flatMap((role) => [
      ...role.workers.map((name) => style.dim(`${role.role}: ${name} at once`)),
      ...whySlow(role).map(style.warn),
    ]),
    ...otherVersions.map(({ version, waiting }) =>
      style.warn(`${waiting} wait for a worker of version ${version}; this is ${VERSION}.`),
    ),
  ].join("\n");
}

/** What keeps the jobs of a role, as far as it can be seen. */
export function whySlow({ role, waiting, delayed, failed, active, workers, medianRunMs }: RoleOverview): string[] {
  const said: string[] = [];
  if (waiting > 0 && workers.length === 0) said.push(`${role}: nobody works on it: start \`deeptrader worker\`.`);
  else if (waiting > 0 && active > 0 && medianRunMs !== null) {
    const leftMs = (waiting / active) * medianRunMs;
    said.push(`${role}: ${waiting} wait for ${active} that run; about ${durationOf(leftMs)} at this pace.`);
  }
  if (delayed > 0)
    said.push(`${role}: ${delayed} met a venue, a provider or a database that did not answer, and are tried again.`);
  if (failed > 0) said.push(`${role}: ${failed} were given up: \`deeptrader jobs failed\` has the reasons.`);
  return said;
}

const renderFailed = (failed: readonly FailedJob[]): string =>
  failed.length === 0
    ? "No job was given up."
    : table(failed, [
        { title: "id", value: ({ id }) => id },
        { title: "role", value: ({ role }) => role },
        { title: "begun", value: ({ attempts }) => `${attempts} ×`, align: "right" },
        { title: "of", value: ({ owner }) => owner },
        { title: "reason", value: ({ reason }) => reason },
      ]);

function durationOf(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

const noSuchJob = (id: string, which: string, remedy: string): UnknownNameError =>
  new UnknownNameError({ was: `There is no job ${id} ${which}.`, remedy });
