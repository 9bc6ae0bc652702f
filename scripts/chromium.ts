import { type Browser, chromium } from "playwright-core";

/** Debian's browser; playwright-core brings none. Throws when it is not there: `apt-get install chromium`. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
