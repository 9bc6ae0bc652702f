import type { Command } from "commander";
import type { ExitCode } from "../core/errors.ts";
import type { CliContext } from "./cli-context.ts";

/** Runs a command's body with what it works with, and keeps its exit code. */
export type Act = (command: Command, body: (cli: CliContext) => Promise<ExitCode>) => Promise<void>;

/** Adds a command to the program. */
export type Register = (program: Command, act: Act) => void;
