// The contract of the AnswerStore port, run as a part of the store's. A claim of 0 ms has run out when it is given, so nothing here waits
// for a clock.
import { describe, expect, it } from "vitest";
import type { Store, VenueQuestion } from "#schemas/ports/memory.ts";
import { VenueId } from "#schemas/units.ts";
import { options } from "#test/memory/fixtures.ts";

const LONG_MS = 3_600_000;
const MANY = 100;

export function answerContract(open: () => Store): void {
  describe("answers of a venue", () => {
    let serial = 0;
    const freshVenue = () => {
      serial += 1;
      return VenueId.parse(`answers:${serial}`);
    };
    /** One venue, asked by its name alone. */
    const venue = () => {
      const id = freshVenue();
      const unseen = (question: string): VenueQuestion => ({ question, seenMs: 0 });
      const { answers } = open();
      return {
        id,
        claim: (reader: string, questions: readonly (string | VenueQuestion)[], forMs = LONG_MS, most = MANY) =>
          answers.claim(
            id,
            reader,
            questions.map((one) => (typeof one === "string" ? unseen(one) : one)),
            { forMs, most },
            options,
          ),
        put: (question: string, body: string) => answers.put(id, [{ question, body }], options),
        read: async (question: string, seenMs = 0) => (await answers.answers(id, [{ question, seenMs }], options))[0],
        giveUp: (reader: string, ...questions: string[]) => answers.giveUp(id, reader, questions, options),
        present: (reader: string, forMs = LONG_MS) => answers.present(id, reader, forMs, options),
      };
    };

    it("are given back as they were put, until they are seen", async () => {
      const { put, read } = venue();
      expect(await read("a")).toBeUndefined();
      await put("a", 'a "body" \\ with é and \u0001');
      const first = await read("a");
      expect(first?.body).toBe('a "body" \\ with é and \u0001');
      expect(first?.agoMs).toBeGreaterThanOrEqual(0);
      expect(await read("a", first?.answeredMs)).toBeUndefined();
      await put("a", "another");
      const second = await read("a", first?.answeredMs);
      expect(second?.body).toBe("another");
      expect(second?.answeredMs).toBeGreaterThan(first?.answeredMs ?? Number.NaN);
    });

    it("are of one venue", async () => {
      const [one, other] = [venue(), venue()];
      await one.put("a", "1");
      expect(await other.read("a")).toBeUndefined();
      expect(await one.claim("x", ["b"])).toEqual(["b"]);
      expect(await other.claim("y", ["b"])).toEqual(["b"]);
    });

    it("are asked for by one reader at a time", async () => {
      const { claim } = venue();
      expect(await claim("x", ["a", "b"])).toEqual(["a", "b"]);
      expect(await claim("y", ["a", "b", "c"])).toEqual(["c"]);
      expect(await claim("x", ["a"])).toEqual([]);
    });

    it("are claimed once by twenty that ask at once", async () => {
      const { claim } = venue();
      const names = ["a", "b", "c", "d"];
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          claim(
            `r${i}`,
            names.toSorted(() => i - 9),
          ),
        ),
      );
      expect(all.flat().sort()).toEqual(names);
    });

    it("are claimed anew once the claim has run out, is given back, or was answered and seen", async () => {
      const { claim, giveUp, put, read } = venue();
      await claim("x", ["a"], 0);
      expect(await claim("y", ["a"])).toEqual(["a"]);
      await giveUp("x", "a");
      expect(await claim("z", ["a"])).toEqual([]);
      await giveUp("y", "a");
      expect(await claim("z", ["a"])).toEqual(["a"]);
      await put("a", "said");
      expect(await claim("w", ["a"])).toEqual([]);
      const seenMs = (await read("a"))?.answeredMs ?? 0;
      expect(await claim("w", [{ question: "a", seenMs }])).toEqual(["a"]);
    });

    it("are claimed at most so many at a time, and one by each reader in any case", async () => {
      const { claim } = venue();
      expect(await claim(" x", ["a", "b", "c"], LONG_MS, 2)).toEqual(["a", "b"]);
      expect(await claim(" x", ["c"], LONG_MS, 2)).toEqual([]);
      expect(await claim(" y", ["a", "b", "c", "d"], LONG_MS, 2)).toEqual(["c"]);
      expect(await claim(" y", ["d"], LONG_MS, 2)).toEqual([]);
    });

    it("are claimed at most so many at a time by those of one address, whatever those of another have", async () => {
      const { claim } = venue();
      expect(await claim("here x", ["a", "b", "c"], LONG_MS, 2)).toEqual(["a", "b"]);
      expect(await claim("there y", ["a", "b", "c", "d", "e", "f"], LONG_MS, 2)).toEqual(["c", "d"]);
      expect(await claim("there z", ["e", "f"], LONG_MS, 2)).toEqual(["e"]);
      expect(await claim(" w", ["f", "g", "h"], LONG_MS, 2)).toEqual(["f", "g"]);
    });

    it("know which others read there, until their time is over", async () => {
      const { present, claim } = venue();
      expect(await present("x")).toBe(0);
      expect(await present("x")).toBe(0);
      expect(await present("y", 0)).toBe(1);
      expect(await present("x")).toBe(0);
      expect(await present("y")).toBe(1);
      expect(await present("x")).toBe(1);
      // Who reads claims nothing by that.
      expect(await claim("x", ["a"], LONG_MS, 1)).toEqual(["a"]);
    });

    it("ask for nothing where nothing is asked", async () => {
      const { id, claim, giveUp } = venue();
      expect(await claim("x", [])).toEqual([]);
      await giveUp("x");
      await open().answers.put(id, [], options);
      expect(await open().answers.answers(id, [], options)).toEqual([]);
    });
  });
}
