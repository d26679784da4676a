// What a venue answered a desk, kept → a venue on paper that answers the same to the same questions.
import type { Execution } from "#schemas/ports/trading.ts";

interface Answer {
  readonly question: string;
  readonly settled: PromiseSettledResult<unknown>;
}

export type Tape = Answer[];

const VERBS = ["submit", "cancel", "order", "reports"] as const;

/** Of an order its id, of reports the time that they are asked for at. */
const questionOf = (verb: (typeof VERBS)[number], [first, second]: readonly unknown[]): string => {
  const { nowMs } = (second ?? {}) as { readonly nowMs?: number };
  const named = verb === "submit" ? (first as { readonly clientOrderId: string }).clientOrderId : first;
  return `${verb} ${verb === "reports" ? "" : named} at ${nowMs ?? "any time"}`;
};

/** The venue itself, whose answers go onto the tape. */
export function recorded(venue: Execution, tape: Tape): Execution {
  const verbs = VERBS.map((verb) => {
    const ask = async (...given: readonly unknown[]): Promise<unknown> => {
      const answering = (venue[verb] as (...all: readonly unknown[]) => Promise<unknown>).apply(venue, [...given]);
      const [settled] = await Promise.allSettled([answering]);
      tape.push({ question: questionOf(verb, given), settled: settled as Answer["settled"] });
      return answering;
    };
    return [verb, ask] as const;
  });
  return { ...shape(venue), ...(Object.fromEntries(verbs) as Partial<Execution>) };
}

/** Paper that is fed from a tape. @throws in every verb where another question is asked than the next one of the tape */
export function fedPaper({ capabilities }: Execution, tape: Tape): Execution {
  let next = 0;
  const sent = new Set<string>();
  const verbs = VERBS.map((verb) => {
    const ask = async (...given: readonly unknown[]): Promise<unknown> => {
      const question = questionOf(verb, given);
      const answer = tape[next];
      if (answer?.question !== question) throw new Error(`asked ${question}, the tape has ${answer?.question}`);
      next += 1;
      if (verb === "submit") sent.add((given[0] as { readonly clientOrderId: string }).clientOrderId);
      if (answer.settled.status === "rejected") throw answer.settled.reason;
      return answer.settled.value;
    };
    return [verb, ask] as const;
  });
  const never = async (): Promise<never> => {
    throw new Error("this is not on the tape");
  };
  return {
    kind: "paper",
    capabilities,
    openOrders: never,
    balances: never,
    isUnsent: (clientOrderId) => !sent.has(clientOrderId),
    ...(Object.fromEntries(verbs) as Pick<Execution, (typeof VERBS)[number]>),
  };
}

const shape = (venue: Execution): Execution => ({
  kind: venue.kind,
  capabilities: venue.capabilities,
  submit: (...given) => venue.submit(...given),
  cancel: (...given) => venue.cancel(...given),
  order: (...given) => venue.order(...given),
  openOrders: (...given) => venue.openOrders(...given),
  balances: (...given) => venue.balances(...given),
  reports: (...given) => venue.reports(...given),
  isUnsent: (id) => venue.isUnsent?.(id) ?? false,
  takenUntilMs: (id) => venue.takenUntilMs?.(id) ?? null,
});
