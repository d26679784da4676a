// Bench. The AnswerStore port on a plain map.
import type { StoreGuard } from "#memory/stores/guard.ts";
import type { AnswerStore } from "#schemas/ports/memory.ts";
import type { VenueId } from "#schemas/units.ts";

interface Row {
  claimedBy: string;
  claimedUntilMs: number;
  answeredMs: number;
  body: string;
}

const addressOf = (reader: string) => reader.split(" ", 1)[0];

/** @param monotonicMs what claims run out by; without it time moves on by the writes */
export function createMemoryAnswers(guard: StoreGuard, monotonicMs: (() => number) | undefined): AnswerStore {
  const rows = new Map<string, Row>();
  const readers = new Map<string, number>();
  let writes = 1;
  const now = () => (monotonicMs === undefined ? writes : 1 + monotonicMs());
  const nameOf = (venueId: VenueId, question: string) => JSON.stringify([venueId, question]);
  const rowOf = (venueId: VenueId, question: string): Row => {
    const name = nameOf(venueId, question);
    const row = rows.get(name) ?? { claimedBy: "", claimedUntilMs: 0, answeredMs: 0, body: "" };
    rows.set(name, row);
    return row;
  };
  const isOpen = ({ claimedUntilMs }: Row) => claimedUntilMs > now();
  return guard.verbs<AnswerStore>({
    async present(venueId, reader, forMs) {
      readers.set(nameOf(venueId, reader), now() + forMs);
      const others = [...readers].filter(([name, untilMs]) => {
        const [venue, who] = JSON.parse(name);
        return venue === venueId && who !== reader && untilMs > now();
      });
      return others.length;
    },
    async answers(venueId, questions) {
      return questions.flatMap(({ question, seenMs }) => {
        const row = rows.get(nameOf(venueId, question));
        if (row === undefined || row.answeredMs <= seenMs) return [];
        return [{ question, body: row.body, answeredMs: row.answeredMs, agoMs: Math.max(0, now() - row.answeredMs) }];
      });
    },
    async claim(venueId, reader, questions, { forMs, most }) {
      const open = [...rows].filter(([name, row]) => JSON.parse(name)[0] === venueId && isOpen(row));
      const mine = open.filter(([, row]) => row.claimedBy === reader);
      const near = open.filter(([, row]) => addressOf(row.claimedBy) === addressOf(reader));
      const free = questions.filter(({ question, seenMs }) => {
        const row = rowOf(venueId, question);
        return !isOpen(row) && row.answeredMs <= seenMs;
      });
      const taken = free.slice(0, Math.max(0, 1 - mine.length, most - near.length)).map(({ question }) => question);
      for (const question of taken)
        Object.assign(rowOf(venueId, question), { claimedBy: reader, claimedUntilMs: now() + forMs });
      return taken;
    },
    async put(venueId, answers) {
      for (const { question, body } of answers) {
        writes += 1;
        const row = rowOf(venueId, question);
        const answeredMs = Math.max(now(), row.answeredMs + 1);
        Object.assign(row, { claimedBy: "", claimedUntilMs: 0, answeredMs, body });
      }
    },
    async giveUp(venueId, reader, questions) {
      for (const question of questions) {
        const row = rowOf(venueId, question);
        if (row.claimedBy === reader) Object.assign(row, { claimedBy: "", claimedUntilMs: 0 });
      }
    },
  });
}
