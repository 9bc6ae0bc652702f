const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar of `width` columns of which `share` (0 to 1) is filled, to an eighth of a column. */
export function renderBar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const bar = "█".repeat(Math.floor(filled / 8)) + eighths[filled % 8];
  return bar.padEnd(width, " ");
}
