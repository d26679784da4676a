// Floor 2, ports. Calls of ports → the tally of the unit of work that caused them (law 13), however deep they are made: by
// a ranking, by the paper venue while it matches, by a view. A call that failed was made too.
import { AsyncLocalStorage } from "node:async_hooks";
import { andThen, type Ledger } from "#schemas/ports/work.ts";
import { WorkTally } from "#schemas/work.ts";
import { composePort, type PortLayer, type VenuePorts } from "./compose.ts";
import { createObservers, type Observers } from "./observed.ts";

const underWay = new AsyncLocalStorage<WorkTally>();

/**
 * Runs a unit of work whose calls of ports are counted into `tally`; of two, the inner one counts. What it puts into a
 * shared queue runs in the queue's context, not in its own.
 */
export const countInto = <T>(tally: WorkTally, work: () => Promise<T>): Promise<T> => underWay.run(tally, work);

/** The tally of the unit of work that runs here: a late market is another unit's than the sweep that it was late for. */
export const tallyUnderWay = (): WorkTally | undefined => underWay.getStore();

/** Counts 1 provider call, and the candles that came back. */
const counted =
  (tally: () => WorkTally): PortLayer =>
  (call, next) => {
    tally().count({ providerCalls: 1 });
    return andThen(next(), (answer) => {
      tally().count(call.workOf(answer));
      return answer;
    });
  };

/** How the ports of one venue are made; `ledger` is the ledger of the desk that uses them. */
export interface CountedPorts {
  port<P extends keyof VenuePorts>(port: P, adapter: VenuePorts[P]): VenuePorts[P];
  /** Adds calls that no unit of work claimed, such as those of opening the desk, to the next entry: none is lost. */
  ledger(inner: Ledger): Ledger;
  /** Who looks on at these calls, and at those of models. */
  readonly observers: Observers;
}

export function countedPorts(): CountedPorts {
  let unclaimed = new WorkTally();
  const observers = createObservers();
  const observed: PortLayer = ({ port, verb }, next) => observers.during({ port, verb }, next);
  const layers = [counted(() => underWay.getStore() ?? unclaimed), observed];
  return {
    observers,
    port: (port, adapter) => composePort(port, adapter, layers),
    ledger: (inner) => ({
      entries: (filter, options) => inner.entries(filter, options),
      record: async (entry, options) => {
        const tally = unclaimed;
        unclaimed = new WorkTally();
        tally.count(entry.work);
        const whole = { ...entry, work: tally.total() };
        await inner.record(whole, options);
        observers.recorded(whole);
      },
    }),
  };
}
