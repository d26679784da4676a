// Floor 2. Columns and a row → what a rule sees: named values of now and of the candles before, and what the rule answers.
import { StrategyError } from "#schemas/errors.ts";
import { LONGEST_TAG, Tag } from "#schemas/reading.ts";
import { ROW_COLUMNS } from "../indicators/kernel.ts";
import type { HeldPosition } from "./define-strategy.ts";
import { textOf } from "./definition-schema.ts";
import { listeningStage, type ReadListener, type RuleStage, stageOf } from "./rule-stage.ts";
import type { RuleAt, Strategy } from "./strategy.ts";

/** What a rule said yes with. */
export interface Answer {
  /** 0-1. */
  readonly strength: number;
  readonly reasons: readonly string[];
  /** What its trades go by in statistics; null: nothing. */
  readonly tag: string | null;
}

export const DEFAULT_STRENGTH = 0.5;

/** Reasons of one answer, and characters of each: they are journaled. */
const MOST_REASONS = 20;
const LONGEST_REASON = 500;

const CLOSE = ROW_COLUMNS.indexOf("close");

/** When the rows of a segment closed. */
export interface RowTimes {
  /** Close of the segment's row 0, epoch ms. */
  readonly firstCloseMs: number;
  readonly stepMs: number;
}

/** One a strategy and run: what it shows moves with `look`. */
export class RuleView {
  readonly #strategy: Strategy;
  readonly #stage: RuleStage;
  /** The close and the indicators' values, as answers without words of their own name them. */
  readonly #worded: readonly { readonly name: string; readonly column: number }[];
  #symbol = "";
  /** Columns as StrategyColumns gives them: row 0 of the segment stands at index `lookBack`. */
  #columns: readonly Float64Array[] = [];
  #index = 0;
  #times: RowTimes = { firstCloseMs: 0, stepMs: 0 };

  /** @param onRead hears of every value that a rule reads; costs time at each */
  constructor(strategy: Strategy, onRead: ReadListener | null = null) {
    this.#strategy = strategy;
    this.#worded = [{ name: "close", column: CLOSE }, ...this.#named().slice(ROW_COLUMNS.length)];
    this.#stage = onRead === null ? stageOf(strategy) : listeningStage(strategy, onRead);
  }

  /** Shows these columns from now on. */
  show(columns: readonly Float64Array[], symbol: string, times: RowTimes): void {
    this.#columns = columns;
    this.#times = times;
    this.#symbol = symbol;
    this.#stage.shownBy = null;
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

  /** What it enters with where it does not leave as well; null: it does not. Asked of every row of a backtest. */
  entersOnly(): Answer | null {
    const { enter, exit } = this.#strategy.rule;
    const answer = this.#ask("enter", enter);
    if (answer === false) return null;
    const worded = this.#answerOf("enter", answer);
    return exit === null || this.#ask("exit", exit) === false ? worded : null;
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
    const stage = this.#stage;
    if (stage.shownBy !== this) this.#enterStage(stage);
    stage.index = this.#index;
    try {
      return rule(stage.at);
    } catch (cause) {
      throw this.#threw(field, cause);
    }
  }

  /** Only where another view was there before, or the rows are others: a rule is asked of row after row. */
  #enterStage(stage: RuleStage): void {
    const { firstCloseMs, stepMs } = this.#times;
    stage.shownBy = this;
    stage.columns = this.#columns;
    stage.firstOpenMs = firstCloseMs - (this.#strategy.lookBack + 1) * stepMs;
    stage.stepMs = stepMs;
    stage.at.symbol = this.#symbol;
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
    return { strategy: this.#name(), field, market: this.#symbol, closeMs: this.#closeMs() };
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

  #answerOf(field: string, answer: unknown): Answer {
    if (answer === true) return { strength: DEFAULT_STRENGTH, reasons: this.#valuesText(), tag: null };
    if (isReason(answer)) return { strength: DEFAULT_STRENGTH, reasons: [answer], tag: null };
    if (typeof answer === "object" && answer !== null && "because" in answer) {
      const {
        because: given,
        strength = DEFAULT_STRENGTH,
        tag = null,
      } = answer as { because: unknown; strength?: unknown; tag?: unknown };
      if (tag !== null && !isTag(tag)) throw this.#wrong(field, tag, `a tag of 1 to ${LONGEST_TAG} characters`);
      const because = typeof given === "function" ? this.#ask(field, () => given()) : given;
      const reasons = typeof because === "string" ? [because] : because;
      const isText = areReasons(reasons) && reasons.length > 0;
      const isShare = typeof strength === "number" && strength >= 0 && strength <= 1;
      if (isText && isShare) return { strength: rounded(strength), reasons, tag };
      throw this.#wrong(
        field,
        isText ? strength : because,
        isText
          ? "a strength from 0 to 1"
          : `one to ${MOST_REASONS} reasons, each of at most ${LONGEST_REASON} characters`,
      );
    }
    throw this.#wrong(field, answer, "true, false, a reason, or { because, strength, tag }");
  }

  #valuesText(): readonly string[] {
    return this.#worded.map(({ name, column }) => {
      const value = this.#columns[column]?.[this.#index] ?? Number.NaN;
      return `${name} ${Number.isFinite(value) ? Number(value.toPrecision(6)) : Number.NaN}`;
    });
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

const isTag = (value: unknown): value is string => Tag.safeParse(value).success;

const isReason = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= LONGEST_REASON;

const areReasons = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= MOST_REASONS && value.every(isReason);

/** The reasons of such an answer are asked for only where they are wanted. */
const givesReasonsLater = (answer: unknown): boolean =>
  typeof answer === "object" && answer !== null && "because" in answer && typeof answer.because === "function";

/** Six decimals, so that ranks do not hang on rounding. */
const rounded = (strength: number): number => Math.round(strength * 1e6) / 1e6;
