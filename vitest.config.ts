import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Files side by side on every core: many of their tests wait more than they compute.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "plugins/**/*.test.ts"],
          exclude: [
            "test/browser/**",
            "test/crash/**",
            "test/pack/**",
            "test/kafka/**",
            "test/model/real/**",
          ],
          // Speed is for the benchmarks: a test that waits for a busy machine has not failed.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "pack",
          include: ["test/pack/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "crash",
          include: ["test/crash/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "model",
          include: ["test/model/real/**/*.test.ts"],
          // A machine that others use as well slows a model down tenfold.
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "kafka",
          include: ["test/kafka/**/*.test.ts"],
          globalSetup: ["test/kafka/global-setup.ts"],
          // Tests that may run side by side mostly wait for timeouts of the brokers.
          maxConcurrency: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
