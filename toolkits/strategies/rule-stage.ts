// Floor 2. A strategy → the objects that its rules are given: named values of a row and of those before. There is one set a strategy,
// shown to whoever asks a rule at that moment: a rule that saw other objects for every market would never be compiled for one.
import { StrategyError } from "#schemas/errors.ts";
import { ROW_COLUMNS } from "../indicators/kernel.ts";
import { namesPhrase } from "../market/nearest-names.ts";
import type { RuleAt, RuleValues, Strategy } from "./strategy.ts";

export interface RuleStage {
  readonly at: RuleAt;
  /** Whose rows it shows; null: nobody's. */
  shownBy: object | null;
  /** Where the values that a rule reads stand: as StrategyColumns gives them. */
  columns: readonly Float64Array[];
  /** Of the row that is looked at. */
  index: number;
  /** Open time of the candle at index 0, epoch ms, and from one to the next. */
  firstOpenMs: number;
  stepMs: number;
}

/** @param back candles before the one that is looked at */
export type ReadListener = (column: number, back: number) => void;

const stages = new WeakMap<Strategy, RuleStage>();

/** Rules do not wait, so one set of objects serves all views of a strategy in turn. */
export function stageOf(strategy: Strategy): RuleStage {
  const known = stages.get(strategy);
  if (known !== undefined) return known;
  const stage = new Stage(strategy);
  stages.set(strategy, stage);
  return stage;
}

/** One of its own: it hears of every value that a rule reads, which costs time at each. */
export const listeningStage = (strategy: Strategy, onRead: ReadListener): RuleStage => new Stage(strategy, onRead);

class Stage implements RuleStage {
  readonly at: RuleAt;
  shownBy: object | null = null;
  columns: readonly Float64Array[] = [];
  index = 0;
  firstOpenMs = 0;
  stepMs = 0;
  readonly #strategy: Strategy;
  readonly #onRead: ReadListener | null;

  constructor(strategy: Strategy, onRead: ReadListener | null = null) {
    this.#strategy = strategy;
    this.#onRead = onRead;
    const views = Array.from({ length: strategy.lookBack + 1 }, (_, back) => this.#viewOf(back));
    const [now] = views;
    if (now === undefined) throw new Error("A view has a row.");
    const ago = (candles: number): RuleValues => views[candles] ?? this.#refuse(candles);
    const openMsOf = (): number => this.firstOpenMs + this.index * this.stepMs;
    this.at = {
      now,
      ago,
      parameters: strategy.parameters,
      symbol: "",
      get openMs() {
        return openMsOf();
      },
    };
  }

  #viewOf(back: number): RuleValues {
    const view: Record<string, Record<string, number> | number> = {};
    const inners = new Map<string, Record<string, number>>();
    const onRead = this.#onRead;
    const define = (on: object, name: string, column: number): void => {
      // Written so that the number stays one: read as `number | undefined` it becomes an object at every read.
      const get = (): number => {
        const values = this.columns[column];
        const place = this.index - back;
        return values !== undefined && place >= 0 && place < values.length ? (values[place] as number) : Number.NaN;
      };
      const heard = (): number => {
        onRead?.(column, back);
        return get();
      };
      Object.defineProperty(on, name, { enumerable: true, get: onRead === null ? get : heard });
    };
    for (const [column, name] of ROW_COLUMNS.entries()) define(view, name, column);
    for (const { name, output, column } of this.#strategy.fields) {
      if (output === null) define(view, name, column);
      else {
        const inner = inners.get(name) ?? {};
        define(inner, output, column);
        inners.set(name, inner);
        view[name] = inner;
      }
    }
    for (const inner of inners.values()) this.#makeStrict(inner);
    this.#makeStrict(view);
    return view;
  }

  /** A name that is not there is an error, not `undefined`, of which every comparison is false. */
  #makeStrict(view: object): void {
    const known = Object.keys(view);
    const get = (_: object, name: string | symbol): undefined => {
      if (typeof name === "symbol" || name === "then" || name === "toJSON") return undefined;
      throw new StrategyError({
        strategy: nameOf(this.#strategy),
        was: `it reads ${name}, and there is no such value.`,
        expected: `one of ${namesPhrase(name, known)}`,
        remedy: "Correct the name, or add it to `indicators`.",
      });
    };
    Object.setPrototypeOf(view, new Proxy(Object.create(null), { get }));
  }

  #refuse(candles: number): never {
    const { lookBack } = this.#strategy;
    const isFuture = typeof candles === "number" && candles < 0;
    throw new StrategyError({
      strategy: nameOf(this.#strategy),
      was: isFuture ? `ago(${candles}) looks into the future.` : `ago(${candles}) looks back further than is kept.`,
      expected: `a whole number from 0 to ${lookBack}`,
      remedy: isFuture ? "Look at candles that have closed." : "Raise `lookBack`.",
    });
  }
}

const nameOf = ({ file, id }: Strategy): string => file ?? id;
