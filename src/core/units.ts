const byteUnits: { readonly [unit: string]: number } = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const timeUnits: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Matches what {@link parseBytes} reads. */
export const bytesPattern = "^[1-9][0-9]*(\\.[0-9]+)? ?([KMGT]i?)?B?$";

/** Matches what {@link parseDuration} reads. */
export const durationPattern = "^[1-9][0-9]*(\\.[0-9]+)? ?(ms|s|m|h|d|w)$";

/** Bytes of a size such as 1048576, "64MB" (10^6 bytes each) or "64MiB" (2^20 bytes each); undefined for anything else. */
export function parseBytes(size: number | string): number | undefined {
  if (typeof size === "number") return size;
  return scaled(size.endsWith("B") ? size : `${size}B`, byteUnits);
}

/** Milliseconds of a time such as "90s", "12h" or "7d"; undefined for anything else. */
export function parseDuration(time: string): number | undefined {
  return scaled(time, timeUnits);
}

function scaled(text: string, units: { readonly [unit: string]: number }): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text);
  const unit = match?.[2];
  if (match === null || unit === undefined || !Object.hasOwn(units, unit)) return undefined;
  return Math.round(Number(match[1]) * units[unit]!);
}
