import type { Rate } from "../feeder.ts";

/** What comes in while a trial is disturbed. */
export const feed: Rate = { records: 6, everyMs: 100 };
