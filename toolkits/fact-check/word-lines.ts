// Floor 2. Words of a list file: apart by spaces, in lines of a readable length.
import { z } from "zod";

export const Words = z.array(z.string()).transform((lines) => lines.flatMap((line) => line.split(" ")));
