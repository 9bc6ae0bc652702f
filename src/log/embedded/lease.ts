import { MagpieError } from "../../core/errors.ts";
import type { TaskId } from "../log.ts";
import type { Environment } from "./environment.ts";
import { pipelinePrefix, successor, taskKey } from "./keys.ts";
import type { Processes, ProcessIdentity } from "./processes.ts";

/** A lease of another host is taken over this long after its last sign of life: nothing else can be known of it. */
const foreignExpiryMs = 30_000;

/** Who owns a task. */
export interface Lease extends ProcessIdentity {
  /** Tells the owners of one process apart. */
  readonly token: string;
  /** Milliseconds. */
  readonly since: number;
  /** Milliseconds of the last sign of life. */
  readonly heartbeat: number;
}

let taken = 0;

/** Leases of this process that are in use. One whose release failed is not: it must not keep the process out. */
const inUse = new Set<string>();

/** Takes the task. Throws MGP_LEASE_HELD while another owner lives. Only inside a transaction. */
export function takeLease(environment: Environment, task: TaskId, processes: Processes, now: number): Lease {
  const key = taskKey(task);
  const held = readLease(environment, key);
  if (held !== undefined && isAlive(held, processes, now)) throw leaseHeld(task.segment.pipeline, held);
  taken += 1;
  const { self } = processes;
  const token = [self.host, self.bootId, self.pid, self.startTime, taken].join(" ");
  const lease: Lease = { ...self, token, since: now, heartbeat: now };
  writeLease(environment, key, lease);
  inUse.add(token);
  return lease;
}

/** Throws MGP_TASK_FENCED when the lease is no longer the one of `token`. */
export function checkLease(environment: Environment, task: TaskId, token: string): Lease {
  const held = readLease(environment, taskKey(task));
  if (held?.token === token) return held;
  const owner = held === undefined ? "it was released" : `process ${held.pid} on ${held.host} owns it now`;
  throw new MagpieError(
    "MGP_TASK_FENCED",
    `pipeline ${task.segment.pipeline} was taken over: ${owner}; nothing of this commit was written`,
  );
}

/** Throws MGP_LEASE_HELD when a live process owns a task of the pipeline. */
export function checkUnowned(
  environment: Environment,
  pipeline: string,
  processes: Processes,
  now: number,
): void {
  const start = pipelinePrefix(pipeline);
  for (const { value } of environment.leases.getRange({ start, end: successor(start) })) {
    const lease: Lease = JSON.parse(value.toString());
    if (isAlive(lease, processes, now)) throw leaseHeld(pipeline, lease);
  }
}

/** Only inside a transaction. */
export function writeLease(environment: Environment, key: Buffer, lease: Lease): void {
  environment.leases.put(key, Buffer.from(JSON.stringify(lease)));
}

/** Gives the task back, unless it was taken over. */
export async function releaseLease(environment: Environment, task: TaskId, token: string): Promise<void> {
  const key = taskKey(task);
  inUse.delete(token);
  await environment.write("releasing the lease", false, () => {
    if (readLease(environment, key)?.token === token) environment.leases.remove(key);
  });
}

function readLease(environment: Environment, key: Buffer): Lease | undefined {
  const lease = environment.leases.get(key);
  return lease === undefined ? undefined : JSON.parse(lease.toString());
}

function isAlive(lease: Lease, { self, startTimeOf }: Processes, now: number): boolean {
  if (lease.host !== self.host) return now - lease.heartbeat <= foreignExpiryMs;
  if (lease.bootId !== self.bootId) return false;
  if (lease.pid === self.pid && lease.startTime === self.startTime) return inUse.has(lease.token);
  return startTimeOf(lease.pid) === lease.startTime;
}

function leaseHeld(pipeline: string, { pid, host, since }: Lease): MagpieError {
  return new MagpieError(
    "MGP_LEASE_HELD",
    `pipeline ${pipeline} is run by process ${pid} on ${host} since ${new Date(since).toISOString()}; stop that process, or wait until it ends`,
  );
}
