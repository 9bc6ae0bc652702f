import { formatPosition, type Position } from "./position.ts";

/** How a reason's `ref` names the record a duplicate duplicates: by position and id. */
export function formatHolder(position: Position, id: string): string {
  return `${formatPosition(position)} ${id}`;
}

/** The position part of a holder reference. */
export function holderPosition(ref: string): string {
  const space = ref.indexOf(" ");
  return space === -1 ? ref : ref.slice(0, space);
}

/** The id part of a holder reference; empty when there is none. */
export function holderId(ref: string): string {
  const space = ref.indexOf(" ");
  return space === -1 ? "" : ref.slice(space + 1);
}
