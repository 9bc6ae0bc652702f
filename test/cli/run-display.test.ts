import { Writable } from "node:stream";
import { expect, test } from "vitest";
import type { CliContext } from "../../src/cli/cli-context.ts";
import { Output } from "../../src/cli/output.ts";
import { plain } from "../../src/cli/render/style.ts";
import { createRunDisplay } from "../../src/cli/run-display.ts";
import { emptyLedger } from "../../src/core/ledger.ts";

function terminal(isTTY: boolean) {
  let written = "";
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        written += chunk;
        done();
      },
    }),
    { isTTY, columns: 80, rows: 24 },
  );
  let now = 0;
  const err = new Output(stream);
  const deps = { stderr: stream, env: {}, now: () => now } as CliContext["deps"];
  const display = createRunDisplay({ deps, err, errStyle: plain } as CliContext);
  return {
    display,
    pass: (ms: number) => {
      now += ms;
    },
    take: () => {
      const taken = written;
      written = "";
      return taken.replaceAll("\u001b", "^");
    },
  };
}

const progress = {
  pipelines: [
    {
      name: "clean",
      ledger: emptyLedger([]),
      inFlight: { records: 0, bytes: 0 },
      window: { records: 8, bytes: 8 },
      lag: 0,
      ratePerSecond: 0,
      commits: 0,
      idle: false,
    },
  ],
};

const frame = [
  "clean  0 received = 0 curated + 0 rejected + 0 quarantined^[K\n",
  "  0/s · lag 0 · window          0 records, 0 B · 0 commits^[K\n",
].join("");

test("on a terminal a frame is written over the one before, log lines go above it, and the end clears it", () => {
  const { display, take } = terminal(true);
  display.show(progress);
  expect(take()).toBe(`^[?2026h\r${frame}^[J^[?2026l`);
  display.show(progress);
  expect(take()).toBe(`^[?2026h^[2A\r${frame}^[J^[?2026l`);
  display.logDestination.write(
    '{"level":"warn","time":"2026-01-02T03:04:05.678Z","topic":"raw","msg":"slow"}\n',
  );
  expect(take()).toBe(`^[?2026h^[2A\r^[J03:04:05 warn  slow topic="raw"\n${frame}^[J^[?2026l`);
  display.close();
  expect(take()).toBe("^[?2026h^[2A\r^[J^[?2026l");
  display.show(progress);
  expect(take()).toBe("");
});

test("elsewhere there is a line per pipeline every ten seconds, and log lines stay JSON", () => {
  const { display, take, pass } = terminal(false);
  display.show(progress);
  pass(9_999);
  display.show(progress);
  expect(take()).toBe("");
  pass(1);
  display.show(progress);
  display.show(progress);
  expect(take()).toBe(
    "clean: 0 received, 0 curated, 0 rejected, 0 quarantined, 0/s, lag 0, in flight 0 (0 B)\n",
  );
  display.logDestination.write('{"level":"warn"}\n');
  display.note("stopping");
  expect(take()).toBe('{"level":"warn"}\nstopping\n');
});
