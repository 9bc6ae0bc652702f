import type { Profile } from "./profile.ts";
import { profiles } from "./profiles.ts";

const byId = new Map(profiles.flatMap((profile) => profile.ids.map((id) => [id.toLowerCase(), profile])));

/** The profile of a model by its id on the hub, in any case. Undefined for others: derive theirs from the chat template. */
export function findProfile(id: string): Profile | undefined {
  return byId.get(id.toLowerCase());
}
