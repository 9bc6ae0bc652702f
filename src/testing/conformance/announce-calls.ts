import { isExternal, type Plugin } from "../../core/plugin.ts";
import type { MagpieRecord } from "../../core/record.ts";

/** Told of a call of a plugin before it is made. */
export type OnCall = (call: string) => void;

type Method = (...args: readonly never[]) => unknown;

const shownCharacters = 40;

/** The plugin, telling of each call before it is made, so that somebody else can say which one does not come back. */
export function announceCalls(plugin: Plugin, onCall: OnCall): Plugin {
  // A call of a program has a deadline of its own.
  if (isExternal(plugin)) return plugin;
  const members = Object.entries(plugin).map(([name, member]): [string, unknown] => {
    if (typeof member !== "function") return [name, member];
    const announced = announce(plugin, name, member as Method, onCall);
    return [name, name === "setup" ? async (...args: never[]) => instanceOf(announced(...args)) : announced];
  });
  return Object.fromEntries(members) as unknown as Plugin;

  /** Also what a class inherits is announced. */
  async function instanceOf(setUp: unknown): Promise<object> {
    const instance = (await setUp) as object;
    return new Proxy(
      {},
      {
        get: (_, key) => {
          const member: unknown = Reflect.get(instance, key);
          // Not a promise, whatever it has: it is awaited.
          if (typeof member !== "function" || key === "then") return undefined;
          return announce(instance, String(key), member as Method, onCall);
        },
      },
    );
  }
}

function announce(owner: object, name: string, method: Method, onCall: OnCall): Method {
  return (...args) => {
    onCall(`${name}${ofRecords(args)}`);
    return method.apply(owner, [...args]);
  };
}

/** Which records a call is about, where it is about any. */
function ofRecords([batch, record]: readonly unknown[]): string {
  if (!Array.isArray(batch)) return isRecord(record) ? ` of ${quoted(record)}` : "";
  const [first] = batch as readonly MagpieRecord[];
  if (first === undefined) return " of an empty batch";
  const others = batch.length === 1 ? "" : ` and ${batch.length - 1} more`;
  return ` of ${quoted(first)}${others}`;
}

function isRecord(value: unknown): value is MagpieRecord {
  return typeof value === "object" && value !== null && "turns" in value;
}

function quoted({ turns }: MagpieRecord): string {
  const text = turns.map(({ content }) => content).join("\n");
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
  return `${JSON.stringify(shown)} (${text.length} characters)`;
}
