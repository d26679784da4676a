// Floor 1. JSON: any value of it, and text that ought to be some.
import { z } from "zod";

/** One for all schemas, so that it is described once. */
export const Json = z.json();

/** Its value; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
