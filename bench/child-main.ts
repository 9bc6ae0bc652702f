import { type JobName, jobs } from "./jobs.ts";

const [name, settings] = process.argv.slice(2);
const job = jobs[name as JobName] as (settings: unknown) => Promise<unknown>;
const result = await job(JSON.parse(settings!));
process.send?.(result, () => process.disconnect());
