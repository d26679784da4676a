// Floor 2. Whose report it is.
import type { SecurityReport } from "#schemas/security.ts";

/** A source's own report has its id in each check. */
export const sourceOf = ({ checks }: SecurityReport): string => checks[0]?.source ?? "a source";
