import { createHash, timingSafeEqual } from "node:crypto";
import { isLoopback } from "../core/loopback.ts";

/** Who may ask. */
export interface Access {
  /** What has to be shown; undefined: whoever runs on this machine may ask. */
  readonly token: string | undefined;
}

export interface Credentials {
  /** Headers of the request. */
  readonly host?: string | undefined;
  readonly authorization?: string | undefined;
}

/** The status that refuses a request, or undefined for one that may be answered. */
export function refusalOf({ token }: Access, { host, authorization }: Credentials): 401 | 403 | undefined {
  if (token !== undefined) return showsToken(authorization, token) ? undefined : 401;
  // A page in a browser of this machine gets here by a name of its own that it points at this machine: that name gives it away.
  return isLoopback(hostNameOf(host ?? "")) ? undefined : 403;
}

/** In a time that does not tell how much of it is right. */
function showsToken(authorization: string | undefined, token: string): boolean {
  const [, shown] = /^bearer ([^ ]+)$/i.exec(authorization ?? "") ?? [];
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Without its port, and an IPv6 address without its brackets. */
function hostNameOf(host: string): string {
  return host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
}
