// A real browser for tests of pages, in TAP. The caller's arguments are MODULES CHROMIUM FOLDER: where playwright-core
// and axe-core are, the browser, and where the pages are.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, chromium, folder] = process.argv.slice(2).map((name) => path.resolve(name));
const require = createRequire(path.join(modules, "package.json"));
const playwright = require("playwright-core");
const axePath = require.resolve("axe-core");

const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const cases = [];
export const test = (name, run) => cases.push([name, run]);

export function expect(condition, what) {
    if (!condition) {
        throw new Error(what);
    }
}

export function equal(got, wanted, what) {
    expect(JSON.stringify(got) === JSON.stringify(wanted),
        `${what}: got ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}

/* A page on which nothing may be said or asked for; it is handed to run, and closed. */
export async function open(name, options, run) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: "light", ...options });
    const page = await context.newPage();
    const noise = [];
    const url = pathToFileURL(path.join(folder, name)).href;
    page.on("console", (message) => noise.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => { noise.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on("request", (request) => {
        if (request.url().split("#")[0] !== url && !request.url().startsWith("data:")) {
            noise.push(`request: ${request.url()}`);
        }
    });
    try {
        await page.goto(url);
        await run(page);
        equal(noise, [], "said or asked for");
    } finally {
        await context.close();
    }
}

export const visible = (page, selector) => page.locator(selector).first().isVisible();

/* The policy of the page lets no script in, which is right: the debugger's way is another. */
export async function checkAccess(page) {
    await page.evaluate(await readFile(axePath, "utf8"));
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    equal(violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ")}`),
        [], "violations");
}

/* Runs all of them and ends. */
export async function finish() {
    console.log(`1..${cases.length}`);
    let failed = false;
    for (const [i, [name, run]] of cases.entries()) {
        try {
            await run();
            console.log(`ok ${i + 1} - ${name}`);
        } catch (error) {
            failed = true;
            console.log(`not ok ${i + 1} - ${name}`);
            console.log(String(error.message).split("\n").map((line) => `# ${line}`).join("\n"));
        }
    }
    await browser.close();
    process.exit(failed ? 1 : 0);
}
