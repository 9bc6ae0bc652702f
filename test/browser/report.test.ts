import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openChromium } from "../../scripts/chromium.ts";
import { curateSample, type SampleFolder } from "../../scripts/sample-report.ts";
import { funnelSteps } from "../../src/cli/funnel-steps.ts";
import { formatCount, formatShare } from "../../src/cli/render/numbers.ts";
import type { PipelineLedger } from "../../src/runtime/read-ledger.ts";

const folder = await mkdtemp(join(tmpdir(), "magpie-browser-"));
const report = "report-instructions.curated.html";
const comparison = "report-instructions.curated-against-instructions.raw.html";
let sample: SampleFolder;
let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
  sample = await curateSample(folder);
  await sample.magpie("report", "instructions.curated");
  await sample.magpie("report", "instructions.curated", "--against", "instructions.raw");
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** What the page said, asked for or tried. */
  readonly events: string[];
}

async function open(file: string, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  onTestFinished(() => page.close());
  const events: string[] = [];
  const url = pathToFileURL(join(folder, file)).href;
  page.on("console", (message) => events.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => events.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    events.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url) events.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, events };
}

// Functions for the page are texts: the types of the project are those of Node.
const openDetails = "for (const details of document.querySelectorAll('details')) details.open = true";

/** The texts of the cells of a section's first table. */
function cellsOf(page: Page, section: string): Promise<string[][]> {
  return page
    .locator(`section[aria-labelledby=${section}] table`)
    .first()
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent)),
    );
}

async function ledger(): Promise<PipelineLedger> {
  return JSON.parse(await sample.magpie("ledger", "--json")).pipelines.instructions;
}

describe("a report in the browser", () => {
  it("shows the funnel with the numbers of the ledger", async () => {
    const account = await ledger();
    expect(account.received).toBe(8152);
    const expected = funnelSteps(account).flatMap((step) => [
      [
        step.id,
        ...[step.in, step.kept, step.dropped, step.quarantined].map(formatCount),
        formatShare(step.kept, account.received),
      ],
      ...step.reasons.map(([code, records]) => [code, "", "", formatCount(records), "", ""]),
      ...(step.orphaned > 0
        ? [["of a record dropped later", "", "", formatCount(step.orphaned), "", ""]]
        : []),
    ]);
    const { page } = await open(report);
    expect(await cellsOf(page, "funnel")).toEqual(expected);
    expect(await page.locator(".tiles dd").allTextContents()).toEqual([
      formatCount(account.received),
      `${formatCount(account.curated)}${formatShare(account.curated, account.received)}`,
      `${formatCount(account.rejected)}${formatShare(account.rejected, account.received)}`,
      `${formatCount(account.quarantined)}${formatShare(account.quarantined, account.received)}`,
    ]);
  });

  it("shows every record that was sampled under its setting", async () => {
    const { page } = await open(report);
    const rows = await cellsOf(page, "samplers");
    const records = rows.reduce((sum, row) => sum + Number(row[2]!.replace(",", "")), 0);
    expect([rows.length, records]).toEqual([8, (await ledger()).received]);
  });

  it.each([
    [report, 1280, "light"],
    [report, 390, "dark"],
    [comparison, 1280, "dark"],
    [comparison, 390, "light"],
  ] as const)(
    "%s at %i columns, %s: fits, loads nothing, complains of nothing",
    async (file, width, scheme) => {
      const { page, events } = await open(file, width, scheme);
      await page.evaluate(openDetails);
      const root = "document.documentElement";
      const sizes = await page.evaluate(`[${root}.scrollWidth, ${root}.clientWidth]`);
      expect([sizes, events]).toEqual([[width, width], []]);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        scheme === "dark" ? "rgb(20, 23, 26)" : "rgb(251, 251, 250)",
      );
    },
  );

  it("opens a reason to show its texts, and all of them on paper", async () => {
    const { page } = await open(report);
    const closed = page.locator("details.reason").nth(1);
    const text = closed.locator(".text").first();
    expect(await text.isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await text.isVisible()).toBe(true);
    await page.emulateMedia({ media: "screen" });
    await closed.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await text.isVisible()).toBe(true);
  });

  it("marks the words in which a near-duplicate differs from its holder", async () => {
    const { page } = await open(report);
    const pair = page.locator(".pair:has(mark)").first();
    const [holder, duplicate] = await pair.locator(".text").allTextContents();
    const words = await pair.locator("mark").allTextContents();
    expect(words.length).toBeGreaterThan(0);
    expect(holder).not.toBe(duplicate);
    for (const word of words) expect(`${holder} ${duplicate}`).toContain(word);
  });

  it("names every chart for those who do not see it, and has one heading of the first level", async () => {
    const { page } = await open(report);
    const charts = await page
      .locator("svg[role=img]")
      .evaluateAll((all) => all.map((chart) => chart.querySelector(":scope > title")?.textContent ?? ""));
    expect(charts).toEqual([
      expect.stringMatching(/^The funnel of instructions: of 8,152 records, [\d,]+ were curated\.$/),
      "How long the instructions of instructions.curated are",
      "The share of records that instructions curated, by temperature and top_p.",
    ]);
    expect(await page.locator("h1").allTextContents()).toEqual(["instructions.curated"]);
    expect(await page.locator("h2").allTextContents()).toEqual([
      "Funnel",
      "Lengths",
      "Languages",
      "Acceptance by sampler setting",
      "Why records were dropped",
      "Duplicates",
    ]);
  });

  it("shows hostile texts as texts and runs none of them", async () => {
    const hostile = [
      "</p></style><script>alert(1)</script>",
      '<img src="https://example.invalid/x.png" onerror="alert(2)">',
      '<a href="javascript:alert(3)">here</a><iframe srcdoc="<script>alert(4)</script>"></iframe>',
      "\u202eright to left\u0000\ud800",
      "<style>* { display: none }</style><meta http-equiv='refresh' content='0; url=about:blank'>",
    ];
    const rows = hostile.flatMap((text) => [
      { id: text, instruction: text },
      { id: `${text} again`, instruction: text, response: text },
    ]);
    const file = join(folder, "hostile.jsonl");
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join("") + hostile.join("\n"));
    await sample.magpie("produce", "instructions.raw", file);
    await sample.magpie("run", "--until-idle");
    await sample.magpie("report", "instructions.curated", "--out", "hostile.html");

    const { page, events } = await open("hostile.html");
    await page.evaluate(openDetails);
    const made = await page.locator("script, img, iframe, a, meta[http-equiv=refresh], style").count();
    expect([made, events]).toEqual([1, []]);
    const shown = await page.locator("body").innerText();
    for (const text of hostile.filter((text) => text.startsWith("<"))) expect(shown).toContain(text);
    expect(page.url()).toMatch(/hostile\.html$/);
  });

  it("has a policy that stops even markup that got past the escaping", async () => {
    const markup =
      "<script>document.title = 'owned'</script><img src='https://example.invalid/x.png' onerror=\"document.title = 'owned'\"><style>body { display: none }</style>";
    const text = await readFile(join(folder, report), "utf8");
    await writeFile(join(folder, "tampered.html"), text.replace("</main>", `${markup}</main>`));
    const { page, events } = await open("tampered.html");
    expect(await page.title()).toBe("instructions.curated");
    expect(await page.locator("h1").isVisible()).toBe(true);
    const stopped = (what: string) =>
      expect.stringMatching(`^console: ${what}.* violates .* Content Security Policy directive`);
    // The browser tells of them in any order, and of the attempt to load what it then did not.
    await expect
      .poll(() => events.toSorted())
      .toEqual([
        stopped("Applying inline style"),
        stopped("Executing inline event handler"),
        stopped("Executing inline script"),
        stopped("Loading the image"),
        "request: https://example.invalid/x.png",
      ]);
  });
});
