// Floor 1. The languages that an operator is answered in; others get English, and one line that says so.
import { z } from "zod";

export const Language = z.enum(["en", "de", "es"]);
export type Language = z.infer<typeof Language>;
