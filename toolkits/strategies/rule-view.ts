// Floor 2. Columns and a row → what a rule sees: named values of now and of the candles before, and what the rule answers.
import { StrategyError } from "#schemas/errors.ts";
import { ROW_COLUMNS } from "../indicators/kernel.ts";
import { namesPhrase } from "../market/nearest-names.ts";
import type { HeldPosition } from "./define-strategy.ts";
import { textOf } from "./definition-schema.ts";
import type { RuleAt, RuleValues, Strategy } from "./strategy.ts";

/** What a rule said yes with. */
export interface Answer {
  /** 0-1. */
  readonly strength: number;
  readonly reasons: readonly string[];
}

export const DEFAULT_STRENGTH = 0.5;

/** Reasons of one answer, and characters of each: they are journaled. */
const MOST_REASONS = 20;
const LONGEST_REASON = 500;

/** When the rows of a segment closed. */
export interface RowTimes {
  /** Close of the segment's row 0, epoch ms. */
  readonly firstCloseMs: number;
  readonly stepMs: number;
}

/** @param back candles before the one that is looked at */
export type ReadListener = (column: number, back: number) => void;

/** One a strategy and run: what it shows moves with `look`. */
export class RuleView {
  readonly #strategy: Strategy;
  readonly #at: RuleAt;
  /** Columns as StrategyColumns gives them: row 0 of the segment stands at index `lookBack`. */
  #columns: readonly Float64Array[] = [];
  #index = 0;
  #times: RowTimes = { firstCloseMs: 0, stepMs: 0 };
  readonly #onRead: ReadListener | null;

  /** @param onRead hears of every value that a rule reads; costs time at each */
  constructor(strategy: Strategy, onRead: ReadListener | null = null) {
    this.#strategy = strategy;
    this.#onRead = onRead;
    const views = Array.from({ length: strategy.lookBack + 1 }, (_, back) => this.#viewOf(back));
    const [now] = views;
    if (now === undefined) throw new Error("A view has a row.");
    const ago = (candles: number): RuleValues => views[candles] ?? this.#refuse(candles);
    const openMsOf = (): number => this.#closeMs() - this.#times.stepMs;
    this.#at = {
      now,
      ago,
      parameters: strategy.parameters,
      symbol: "",
      get openMs() {
        return openMsOf();
      },
    };
  }

  /** Shows these columns from now on. */
  show(columns: readonly Float64Array[], symbol: string, times: RowTimes): void {
    this.#columns = columns;
    this.#times = times;
    this.#at.symbol = symbol;
  }

  /** Shows what `values` gave, as the segment's only row. */
  showValues(values: Readonly<Record<string, readonly (number | null)[]>>, symbol: string, times: RowTimes): void {
    const { lookBack } = this.#strategy;
    const columns: Float64Array[] = [];
    for (const { name, column } of this.#named()) {
      const of = (_: unknown, i: number): number => values[name]?.[lookBack - i] ?? Number.NaN;
      columns[column] = Float64Array.from({ length: lookBack + 1 }, of);
    }
    this.show(columns, symbol, times);
  }

  /** Moves to a row of the segment. */
  look(row: number): void {
    this.#index = row + this.#strategy.lookBack;
  }

  /** Whether all values of the row that is looked at are there. */
  isWhole(): boolean {
    const { lookBack } = this.#strategy;
    for (const column of this.#columns) {
      for (let index = this.#index - lookBack; index <= this.#index; index++) {
        if (!Number.isFinite(column[index])) return false;
      }
    }
    return true;
  }

  /** Whether it leaves. Asked of many closes: no answer is made of `true`. */
  saysExit(): boolean {
    const { exit } = this.#strategy.rule;
    return exit !== null && this.#isYes("exit", this.#ask("exit", exit));
  }

  /** Whether it enters. */
  saysEnter(): boolean {
    return this.#isYes("enter", this.#ask("enter", this.#strategy.rule.enter));
  }

  #isYes(field: string, answer: unknown): boolean {
    if (typeof answer === "boolean") return answer;
    if (!givesReasonsLater(answer)) this.#answerOf(field, answer);
    return true;
  }

  /** Whether it enters and does not leave: the two are asked of every row of a backtest, so no answer is made. */
  wouldEnter(): boolean {
    const { enter, exit } = this.#strategy.rule;
    const answer = this.#ask("enter", enter);
    if (answer === false) return false;
    this.#answerOf("enter", answer);
    return exit === null || this.#ask("exit", exit) === false;
  }

  enters(): Answer | null {
    const answer = this.#ask("enter", this.#strategy.rule.enter);
    return answer === false ? null : this.#answerOf("enter", answer);
  }

  exits(): Answer | null {
    const { exit } = this.#strategy.rule;
    if (exit === null) return null;
    const answer = this.#ask("exit", exit);
    return answer === false ? null : this.#answerOf("exit", answer);
  }

  exitsHeld(position: HeldPosition): Answer | null {
    const { exitHeld } = this.#strategy.rule;
    if (exitHeld === null) return null;
    const answer = this.#ask("exitHeld", (at) => exitHeld(at, position));
    return answer === false ? null : this.#answerOf("exitHeld", answer);
  }

  /** What to say where it does nothing. */
  describes(): readonly string[] {
    const { describe } = this.#strategy.rule;
    if (describe === null) return this.#valuesText();
    const lines = this.#ask("describe", describe);
    if (areReasons(lines)) return lines;
    throw this.#wrong("describe", lines, "a list of texts");
  }

  /** The values of the row that is looked at and of those before, newest first, by name; null: not there. */
  values(): Record<string, (number | null)[]> {
    const { lookBack } = this.#strategy;
    const of = (column: number): (number | null)[] =>
      Array.from({ length: lookBack + 1 }, (_, back) => {
        const value = this.#columns[column]?.[this.#index - back] ?? Number.NaN;
        return Number.isFinite(value) ? value : null;
      });
    return Object.fromEntries(this.#named().map(({ name, column }) => [name, of(column)]));
  }

  /** @throws StrategyError naming rule, market and candle where the rule throws */
  #ask(field: string, rule: (at: RuleAt) => unknown): unknown {
    try {
      return rule(this.#at);
    } catch (cause) {
      throw this.#threw(field, cause);
    }
  }

  #threw(field: string, cause: unknown): StrategyError {
    if (cause instanceof StrategyError) return new StrategyError({ ...cause.fault, ...this.#where(field), cause });
    const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return new StrategyError({
      ...this.#where(field),
      was: `it threw ${text.slice(0, LONGEST_REASON)}.`,
      remedy: "Correct the rule.",
      cause,
    });
  }

  #where(field: string) {
    return { strategy: this.#name(), field, market: this.#at.symbol, closeMs: this.#closeMs() };
  }

  #closeMs(): number {
    const { firstCloseMs, stepMs } = this.#times;
    return firstCloseMs + (this.#index - this.#strategy.lookBack) * stepMs;
  }

  /** Every value's name and column. */
  #named(): readonly { readonly name: string; readonly column: number }[] {
    return [
      ...ROW_COLUMNS.map((name, column) => ({ name, column })),
      ...this.#strategy.fields.map(({ name, output, column }) => ({
        name: output === null ? name : `${name}.${output}`,
        column,
      })),
    ];
  }

  #viewOf(back: number): RuleValues {
    const view: Record<string, Record<string, number> | number> = {};
    const inners = new Map<string, Record<string, number>>();
    const define = (on: object, name: string, column: number): void => {
      const get = (): number => this.#columns[column]?.[this.#index - back] ?? Number.NaN;
      const onRead = this.#onRead;
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
        strategy: this.#name(),
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
      strategy: this.#name(),
      was: isFuture ? `ago(${candles}) looks into the future.` : `ago(${candles}) looks back further than is kept.`,
      expected: `a whole number from 0 to ${lookBack}`,
      remedy: isFuture ? "Look at candles that have closed." : "Raise `lookBack`.",
    });
  }

  #answerOf(field: string, answer: unknown): Answer {
    if (answer === true) return { strength: DEFAULT_STRENGTH, reasons: this.#valuesText() };
    if (isReason(answer)) return { strength: DEFAULT_STRENGTH, reasons: [answer] };
    if (typeof answer === "object" && answer !== null && "because" in answer) {
      const { because: given, strength = DEFAULT_STRENGTH } = answer as { because: unknown; strength?: unknown };
      const because = typeof given === "function" ? this.#ask(field, () => given()) : given;
      const reasons = typeof because === "string" ? [because] : because;
      const isText = areReasons(reasons) && reasons.length > 0;
      const isShare = typeof strength === "number" && strength >= 0 && strength <= 1;
      if (isText && isShare) return { strength: rounded(strength), reasons };
      throw this.#wrong(
        field,
        isText ? strength : because,
        isText
          ? "a strength from 0 to 1"
          : `one to ${MOST_REASONS} reasons, each of at most ${LONGEST_REASON} characters`,
      );
    }
    throw this.#wrong(field, answer, "true, false, a reason, or { because, strength }");
  }

  #valuesText(): readonly string[] {
    const values = Object.entries(this.values()).slice(ROW_COLUMNS.length);
    const close = this.#columns[3]?.[this.#index] ?? Number.NaN;
    return [["close", close] as const, ...values.map(([name, [now]]) => [name, now ?? Number.NaN] as const)].map(
      ([name, value]) => `${name} ${Number(value.toPrecision(6))}`,
    );
  }

  #wrong(field: string, was: unknown, expected: string): StrategyError {
    const what = was instanceof Promise ? "a promise" : textOf(was);
    return new StrategyError({
      ...this.#where(field),
      was: `it returned ${what}.`,
      expected,
      remedy: "Correct the rule.",
    });
  }

  #name(): string {
    return this.#strategy.file ?? this.#strategy.id;
  }
}

const isReason = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= LONGEST_REASON;

const areReasons = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= MOST_REASONS && value.every(isReason);

/** The reasons of such an answer are asked for only where they are wanted. */
const givesReasonsLater = (answer: unknown): boolean =>
  typeof answer === "object" && answer !== null && "because" in answer && typeof answer.because === "function";

/** Six decimals, so that ranks do not hang on rounding. */
const rounded = (strength: number): number => Math.round(strength * 1e6) / 1e6;
