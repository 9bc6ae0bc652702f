import { getOrCreate } from "../../core/get-or-create.ts";
import { formatPosition, type Position, parsePosition } from "../../core/position.ts";
import { headers, type Log } from "../../log/log.ts";
import { messageAt } from "../message-at.ts";
import { readableRecord } from "../readable-record.ts";
import type { Visit } from "./record-path.ts";

/** A record that is followed. */
export interface Track {
  /** Where it was produced. */
  readonly origin: Position;
  /** Every position it lies at, and the only pipeline a replayed attempt is for. */
  readonly places: Map<string, { readonly position: Position; readonly replayFor: string | undefined }>;
  readonly visits: Visit[];
}

/** What is looked for: records with an id, or the one that lies, or came from what lies, at a position. */
export interface Target {
  readonly text: string;
  /** The named position, and all it came from; the last is where the record was produced. */
  readonly places: readonly Position[];
  /** Its id there. */
  readonly id?: string;
}

export async function targetOf(log: Log, text: string): Promise<Target> {
  const position = parsePosition(text);
  if (position === undefined) return { text, places: [] };
  const places = await wayBack(log, position);
  const origin = places.at(-1)!;
  const message = await messageAt(log, origin);
  const id = message && readableRecord(message.value, origin)?.id;
  return { text, places, ...(id === undefined ? {} : { id }) };
}

/** More records with one id are not followed; each costs some memory. */
const maxTracks = 100;

/** The records that are followed, told apart by where they were produced: an id may be there many times. */
export class Tracks {
  readonly #log: Log;
  readonly #text: string;
  readonly #id: string | undefined;
  readonly #named: ReadonlySet<string>;
  readonly #byOrigin = new Map<string, Track>();
  readonly #byPlace = new Map<string, Track>();
  /** Whether there are more records than are followed. */
  more = false;

  constructor(log: Log, { text, places, id }: Target) {
    this.#log = log;
    this.#text = text;
    this.#id = id;
    this.#named = new Set(places.map(formatPosition));
  }

  get all(): readonly Track[] {
    return [...this.#byOrigin.values()];
  }

  /** Follows the record with this id that lies at a position, when it is one looked for. */
  async find(place: string, id: string | undefined): Promise<Track | undefined> {
    const known = this.#byPlace.get(place);
    if (known !== undefined) return known;
    const isNamed = this.#named.has(place);
    if (!isNamed && (id === undefined || (id !== this.#text && id !== this.#id))) return undefined;
    if (this.#byOrigin.size >= maxTracks) {
      this.more = true;
      return undefined;
    }
    const position = parsePosition(place)!;
    const origin = (await wayBack(this.#log, position)).at(-1)!;
    // An id that the record at the named position has may be that of others too.
    if (!isNamed && id !== this.#text && !this.#named.has(formatPosition(origin))) return undefined;
    const track = getOrCreate(this.#byOrigin, formatPosition(origin), () => newTrack(origin));
    this.#byPlace.set(formatPosition(origin), track);
    const replayFor = (await messageAt(this.#log, position))?.headers[headers.replayFor];
    this.addPlace(track, position, replayFor);
    return track;
  }

  addPlace(track: Track, position: Position, replayFor?: string): void {
    const place = formatPosition(position);
    track.places.set(place, { position, replayFor });
    this.#byPlace.set(place, track);
  }
}

function newTrack(origin: Position): Track {
  const places = new Map([[formatPosition(origin), { position: origin, replayFor: undefined }]]);
  return { origin, places, visits: [] };
}

/** A position, what that was made from or is another attempt of, and so on. */
async function wayBack(log: Log, position: Position): Promise<readonly Position[]> {
  const headersThere = (await messageAt(log, position))?.headers;
  const before = parsePosition(headersThere?.[headers.source] ?? headersThere?.[headers.replayOf] ?? "");
  return before === undefined ? [position] : [position, ...(await wayBack(log, before))];
}
