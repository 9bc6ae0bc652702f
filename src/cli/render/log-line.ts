import type { Style } from "./style.ts";
import { oneLine } from "./text.ts";

/** A logger's JSON line as people read it: `09:30:05 warn  message  field=value`. Anything else stays as it is. */
export function renderLogLine(line: string, style: Style): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const { time, level, msg, ...fields } = entry;
  const clock = String(time).slice(11, 19);
  const details = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${[style.dim(clock), colour(String(level), style), oneLine(String(msg)), ...details.map(style.dim)].join(" ")}\n`;
}

function colour(level: string, style: Style): string {
  const padded = level.padEnd(5);
  return level === "error" ? style.red(padded) : level === "warn" ? style.yellow(padded) : style.dim(padded);
}

function parse(line: string): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
