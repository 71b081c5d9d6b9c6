// Tests of a class's page in a real browser, in TAP: node class.mjs MODULES CHROMIUM FOLDER
// FOLDER holds class.html and its reports.
import { checkAccess, equal, expect, finish, open, test } from "./harness.mjs";

for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 720], [834, 1112], [390, 844]]) {
        test(`nothing scrolls sideways, ${width}×${height}, ${colorScheme}`, () => open("class.html",
            { viewport: { width, height }, colorScheme }, async (page) => {
                equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "fits");
            }));
    }
    test(`axe-core finds nothing, ${colorScheme}`, () => open("class.html", { colorScheme }, checkAccess));
}

test("a link leads to each report, and the bar to each section", () => open("class.html", {}, async (page) => {
    const links = await page.locator("#students a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    expect(links.length > 5 && links.every((link) => link.startsWith("class-reports/")), `links: ${links}`);
    for (const id of ["students", "items", "shared"]) {
        await page.click(`.bar a[href="#${id}"]`);
        equal(await page.evaluate(() => location.hash), `#${id}`, "where the bar leads");
    }
}));

test("hostile names are text", () => open("class.html", {}, async (page) => {
    const text = await page.textContent("main");
    for (const word of ["<script>alert(1)<", "\"><img src=x onerror=alert(2)>", "\\x1b[31m"]) {
        expect(text.includes(word), `shows ${word}`);
    }
    equal(await page.evaluate(() => document.querySelectorAll("main img, main script, main iframe").length), 0, "elements");
}));

test("shared frames are told once for each pair", () => open("class.html", {}, async (page) => {
    const rows = await page.locator("#shared tbody tr").evaluateAll((all) => all.map((row) => row.cells[0].textContent
        + row.cells[2].textContent));
    equal(rows, ["alealice"], "pairs");
}));

test("the theme follows the button", () => open("class.html", {}, async (page) => {
    await page.click("#theme-button");
    equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark", "theme");
}));

await finish();
