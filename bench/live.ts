// Bench. What a desk that trades has to do at once: from the close to the orders, and the answer to a stress question.
import { benchClose } from "./live-close.ts";
import type { BenchRow } from "./rows.ts";
import { benchStress } from "./stress-answer.ts";

export const benchLive = async (): Promise<readonly BenchRow[]> => [...(await benchClose()), ...(await benchStress())];
