import { afterEach, describe, expect, it, vi } from "vitest";
import { createIo } from "#apps/io.ts";

/** What is written while a test runs. */
function written() {
  const texts = { out: "", err: "" };
  const into = (name: keyof typeof texts) => (text: string | Uint8Array) => {
    texts[name] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(into("out"));
  vi.spyOn(process.stderr, "write").mockImplementation(into("err"));
  return texts;
}

afterEach(() => vi.restoreAllMocks());

const REASON = "paused by ben: \u202Enoitnetta on\u202C\u2067x\u2069\u200F\u061C";

describe("what a person typed", () => {
  it("turns nothing around on a terminal, in whatever it is shown", () => {
    const texts = written();
    const io = createIo({ json: false, quiet: false });
    io.out(`#12 control ${REASON} \u001B[1mbold\u001B[22m`);
    io.piece(REASON as Parameters<typeof io.piece>[0]);
    io.note(REASON);
    expect(texts.out).toBe(
      "#12 control paused by ben: noitnetta onx \u001B[1mbold\u001B[22m\npaused by ben: noitnetta onx\n",
    );
    expect(texts.err).toBe("paused by ben: noitnetta onx\n");
  });

  it("stays what it is in JSON, which is written so that it turns nothing around", () => {
    const texts = written();
    const io = createIo({ json: true, quiet: false });
    io.out(JSON.stringify({ reason: REASON }));
    io.note(REASON);
    expect(texts.out).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(texts.out)).toEqual({ reason: REASON });
    expect(texts.err).toBe("paused by ben: noitnetta onx\n");
  });
});
