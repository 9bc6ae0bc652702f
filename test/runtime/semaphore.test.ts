import { describe, expect, it } from "vitest";
import { Semaphore } from "../../src/runtime/semaphore.ts";

describe("Semaphore", () => {
  it("makes no promise while a permit is free", () => {
    const semaphore = new Semaphore(2);
    expect([semaphore.acquire(), semaphore.acquire()]).toEqual([undefined, undefined]);
  });

  it("serves those who wait in the order they came", async () => {
    const semaphore = new Semaphore(1);
    semaphore.acquire();
    const served: string[] = [];
    const waits = ["first", "second"].map(async (name) => {
      await semaphore.acquire();
      served.push(name);
    });
    semaphore.release();
    semaphore.release();
    await Promise.all(waits);
    expect(served).toEqual(["first", "second"]);
  });

  it("gives a permit back that nobody waits for", () => {
    const semaphore = new Semaphore(1);
    semaphore.acquire();
    semaphore.release();
    expect(semaphore.acquire()).toBe(undefined);
  });

  it("refuses to have no permits", () => {
    expect(() => new Semaphore(0)).toThrow("A semaphore needs at least 1 permit; it was given 0");
  });
});
