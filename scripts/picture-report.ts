import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openChromium } from "./chromium.ts";
import { curateSample } from "./sample-report.ts";

/** `npm run picture:report`: takes the picture of a report that the README shows, down to where languages begin. */
const picture = "docs/images/report.png";
const width = 1120;

const folder = await mkdtemp(join(tmpdir(), "magpie-picture-"));
const browser = await openChromium();
try {
  const { magpie } = await curateSample(folder);
  await magpie("report", "instructions.curated", "--out", "report.html");
  const viewport = { width, height: 800 };
  const page = await browser.newPage({ viewport, colorScheme: "light", deviceScaleFactor: 1.5 });
  await page.goto(pathToFileURL(join(folder, "report.html")).href);
  const next = await page.locator("section[aria-labelledby=languages]").boundingBox();
  const clip = { x: 0, y: 0, width, height: Math.floor(next!.y) };
  await page.screenshot({ path: picture, fullPage: true, clip });
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
console.log(`wrote ${picture}`);
