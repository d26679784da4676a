// Time as what looks once a second counts it: a look takes place when a test says so.
import { vi } from "vitest";

export function passingLooks() {
  const waiting: AbortController[] = [];
  const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
    const controller = new AbortController();
    waiting.push(controller);
    return controller.signal;
  });
  return {
    pass(seconds: number): void {
      for (let each = 0; each < seconds; each += 1) for (const one of waiting.splice(0)) one.abort();
    },
    get waiting(): number {
      return waiting.length;
    },
    end: () => timeout.mockRestore(),
  };
}
