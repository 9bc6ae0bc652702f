import type { DestinationStream } from "pino";
import type { RunProgress } from "../runtime/progress.ts";
import type { CliContext } from "./cli-context.ts";
import { renderLogLine } from "./render/log-line.ts";
import { renderProgress, renderProgressLine } from "./render/progress.ts";

/** What `run` shows while it runs, on stderr. */
export interface RunDisplay {
  show(progress: RunProgress): void;
  /** A sentence that stays. */
  note(text: string): void;
  /** Log lines pass through here, so that they do not end up inside what is redrawn. */
  readonly logDestination: DestinationStream;
  close(): void;
}

/** Redraws in place on a terminal; elsewhere a line per pipeline every ten seconds. */
export function createRunDisplay(cli: CliContext): RunDisplay {
  return cli.err.isTerminal && cli.deps.env["TERM"] !== "dumb" ? liveDisplay(cli) : plainDisplay(cli);
}

const plainEveryMs = 10_000;

function plainDisplay({ deps, errStyle }: CliContext): RunDisplay {
  let shownAt = deps.now();
  return {
    show(progress) {
      if (deps.now() - shownAt < plainEveryMs) return;
      shownAt = deps.now();
      for (const pipeline of progress.pipelines)
        deps.stderr.write(`${renderProgressLine(pipeline, errStyle)}\n`);
    },
    note: (text) => void deps.stderr.write(`${text}\n`),
    logDestination: { write: (line) => void deps.stderr.write(line) },
    close() {},
  };
}

// Begin and end of a synchronised update: terminals that know it show the whole frame at once, others ignore it.
const beginFrame = "\u001b[?2026h";
const endFrame = "\u001b[?2026l";

function liveDisplay({ deps, err, errStyle }: CliContext): RunDisplay {
  let drawn: readonly string[] = [];
  let closed = false;

  /** Over the old frame line by line, each cleared to its end, so that nothing flickers. */
  function draw(lines: readonly string[], above = ""): void {
    const up = drawn.length === 0 ? "" : `\u001b[${drawn.length}A`;
    const frame = lines.map((line) => `${line}\u001b[K\n`).join("");
    // What is left of a taller frame, and what `above` scrolls over, is cleared before it is written on.
    deps.stderr.write(
      `${beginFrame}${up}\r${above === "" ? "" : `\u001b[J${above}`}${frame}\u001b[J${endFrame}`,
    );
    drawn = lines;
  }

  return {
    show: (progress) => {
      if (!closed) draw(renderProgress(progress, err, errStyle));
    },
    note: (text) => draw(drawn, `${text}\n`),
    logDestination: { write: (line) => draw(drawn, renderLogLine(line, errStyle)) },
    close() {
      draw([]);
      closed = true;
    },
  };
}
