// Floor 6. The thread of a probe: sets its tripwires, imports the strategy, opens the venue, and asks whatever it is told to. Runs in a
// worker only.
import { workerData } from "node:worker_threads";
import { StrategyError } from "#schemas/errors.ts";
import { setUpThread } from "#toolkits/user-files/thread-setup.ts";
import { setTripwires } from "#toolkits/user-files/tripwires.ts";
import { errorDocument } from "../error-document.ts";
import { Pulse } from "../pulse.ts";
import type { ProbeAnswer, ProbeJob, ProbeMessage, ProbeThreadData } from "./probe-messages.ts";

const { config, entry, port, pulse: buffer }: ProbeThreadData = workerData;
const pulse = new Pulse(buffer);
const { signal } = new AbortController();
const say = (message: ProbeMessage): void => port.postMessage(message);

async function open() {
  const { openStrategies } = await import("../strategies.ts");
  const { openVenue } = await import("../venues.ts");
  const { createLocalProbe } = await import("#scheduler/research/validate/probe.ts");
  const tripwires = setTripwires(entry);
  pulse.enter("load");
  const hosts = await openStrategies(config, { signal, intoThisThread: true });
  pulse.enter("open");
  const venue = await openVenue(config, { signal, hosts });
  const onSlot = (slotMs: number): void => pulse.beat(slotMs);
  const probe = createLocalProbe({ config, venue }, { onSlot, trips: tripwires.trips });
  return (job: ProbeJob): Promise<ProbeAnswer> => {
    pulse.enter("run");
    switch (job.type) {
      case "verdicts":
        return probe.verdicts(job.pass, { signal });
      case "decisions":
        return probe.decisions(job.pass, { signal });
      case "history":
        return probe.history(job.pass, job.factor, { signal });
      case "trips":
        return probe.trips();
    }
  };
}

function fail(error: unknown): void {
  if (error instanceof StrategyError) say({ type: "fault", fault: error.fault });
  else say({ type: "error", error: errorDocument(error) });
}

setUpThread();
const opening = open();
opening.then(
  () => pulse.enter("idle"),
  () => {},
);
port.on("message", (job: ProbeJob) => {
  opening
    .then((ask) => ask(job))
    .then((answer) => say({ type: "answer", answer }), fail)
    .finally(() => pulse.enter("idle"));
});
