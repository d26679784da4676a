// Floor 4. Why a piece of sleep work was made: the value gate's figures of then, by the piece's id. Of this process: nothing decides by
// them, they are shown.
import type { Desk } from "../desk.ts";
import type { Prospect } from "./value-gate.ts";

export interface NotedWorth extends Prospect {
  /** What the gate weighed it in. */
  readonly unit: "work-units" | "tokens";
}

/** Pieces whose figures are kept, the newest. */
const MOST_NOTED = 2000;

const noted = new WeakMap<Desk["planner"], Map<string, NotedWorth>>();

export function noteWorth({ planner }: Pick<Desk, "planner">, id: string, worth: NotedWorth): void {
  const known = noted.get(planner) ?? new Map<string, NotedWorth>();
  noted.set(planner, known);
  known.set(id, worth);
  const [oldest] = known.keys();
  if (known.size > MOST_NOTED && oldest !== undefined) known.delete(oldest);
}

/** Null: another process made it, or it is long ago. */
export const worthOfPiece = ({ planner }: Pick<Desk, "planner">, id: string): NotedWorth | null =>
  noted.get(planner)?.get(id) ?? null;
