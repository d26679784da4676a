// Floor 4, acts. Price watches: what the operator is told once, set and taken away.
import type { ActOf } from "#schemas/act.ts";
import {
  checkNewWatch,
  checkRemoveWatch,
  describeNewWatch,
  describeRemoveWatch,
  newWatch,
  removedWatchRow,
} from "../../watch/add-watch.ts";
import { type ActRow, nothingToSend, refused } from "../act-row.ts";

export const watchAct: ActRow<ActOf<"watch">> = {
  sends: false,
  async prepare(desk, { watch }, { by }, options) {
    const asked = { watch, by };
    const reason = checkNewWatch(desk, asked);
    if (reason !== null) return refused(reason);
    const { rows, text } = await newWatch(desk, asked, options);
    return {
      status: "ready",
      lines: [describeNewWatch(desk, asked)],
      stands: {},
      price: null,
      events: rows,
      complete: nothingToSend([text]),
    };
  },
};

export const unwatchAct: ActRow<ActOf<"unwatch">> = {
  sends: false,
  async prepare(desk, { watchId }, { by }) {
    const standing = desk.alerts.watches.get(watchId);
    if (standing === null) return refused(checkRemoveWatch(desk, { watchId, by }) ?? `No watch ${watchId} waits.`);
    const text = describeRemoveWatch(desk, { watchId });
    const events = [removedWatchRow(desk, standing, by)];
    return { status: "ready", lines: [text], stands: {}, price: null, events, complete: nothingToSend([text]) };
  },
};
