// Tests of report pages in a real browser, in TAP: node pages.mjs MODULES CHROMIUM FOLDER
// MODULES is where playwright-core and axe-core are; FOLDER holds session.html, hostile.html and big.html.
import { checkAccess, equal, expect, finish, open, test, visible } from "./harness.mjs";

const opened = (page, frame) => page.evaluate((id) => document.querySelector(`#${id} details`).open, frame);

const SIZES = [[1920, 1080], [1280, 720], [1000, 800], [834, 1112], [390, 844]];
for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of SIZES) {
        test(`nothing scrolls sideways, ${width}×${height}, ${colorScheme}`, () => open("session.html",
            { viewport: { width, height }, colorScheme }, async (page) => {
                await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
                const wide = await page.evaluate(() => Array.from(document.querySelectorAll("main *"))
                    .filter((part) => part.getClientRects().length && part.getBoundingClientRect().right > innerWidth + 1)
                    .map((part) => `${part.tagName}.${part.getAttribute("class")}: ${part.textContent.slice(0, 40)}`));
                equal(wide.slice(0, 5), [], "beyond the right edge");
                equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "fits");
            }));
    }
    for (const [what, act] of [
        ["the page", async () => {}],
        ["opened packets", async (page) => {
            await page.evaluate(() => ["f7", "f63"].forEach((id) => {
                document.querySelector(`#${id} details`).open = true;
            }));
        }],
        ["lecture mode", async (page) => { await page.click("#lecture-button"); await page.keyboard.press("End"); }],
    ]) {
        test(`axe-core finds nothing, ${what}, ${colorScheme}`, () => open("session.html", { colorScheme }, async (page) => {
            await act(page);
            await checkAccess(page);
        }));
    }
}

test("the policy is in force", () => open("session.html", {}, async (page) => {
    const outcome = await page.evaluate(() => new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.intruded = true;";
        document.body.append(script);
        setTimeout(() => resolve("nothing"), 1000);
    }));
    equal([outcome, await page.evaluate(() => window.intruded === undefined)], ["script-src-elem", true], "an injected script");
}).catch((error) => { /* the browser reports the refusal on the console, as it should */
    expect(/said or asked for.*Content Security Policy/.test(error.message), error.message);
}));

test("everything is readable without script", () => open("session.html", { javaScriptEnabled: false }, async (page) => {
    expect(!await visible(page, "#lecture-button") && !await visible(page, "#theme-button") && !await visible(page, ".search"),
        "buttons that need the script are not shown");
    expect(!await visible(page, "#f10 .more"), "rows are closed");
    await page.click("#f10 summary");
    expect(await visible(page, "#f10 .more .dump"), "a row opens");
    await page.click("#sheet a[href='#f7']");
    expect(await visible(page, "#f7 .more .dump"), "a link to a frame shows its bytes");
}));

test("a link to a frame opens its row", () => open("session.html", {}, async (page) => {
    equal(await opened(page, "f63"), false, "before");
    await page.click("#sheet a[href='#f63']");
    equal(await opened(page, "f63"), true, "after");
    expect(await page.evaluate(() => document.querySelector("#f63").getBoundingClientRect().top >= 48), "not under the bar");
}));

test("search filters the rows and says how many", () => open("session.html", {}, async (page) => {
    await page.fill("#search", "hello debian");
    equal(await page.locator("tbody.packet:visible").evaluateAll((rows) => rows.map((row) => row.id)), ["f63"], "rows");
    equal(await page.textContent("#found"), "1 of 35 packets", "count");
    await page.click("#sheet a[href='#f7']");
    expect(await visible(page, "#f7 .more"), "a link to a row that is filtered out shows it");
}));

test("bytes and meaning are linked", () => open("session.html", {}, async (page) => {
    await page.click("#f7 summary");
    const field = page.locator("#f7 .field", { hasText: "option window scale" });
    await field.hover();
    equal(await page.locator("#f7 .dump .hex .hit").allTextContents(), ["03 03 0a"], "marked bytes");
    await page.mouse.move(0, 0);
    equal(await page.locator("#f7 .hit").count(), 0, "marks gone");
    await page.locator("#f7 .field").first().focus();
    for (let i = 0; i < 2; i++) {
        await page.keyboard.press("ArrowRight");
    }
    equal(await page.locator("#f7 .field.hit .name").textContent(), "type", "by arrow keys");
    equal(await page.locator("#f7 .field[tabindex='0']").count(), 1, "one tab stop");
}));

test("the theme follows the system, then the button", () => open("session.html", { colorScheme: "dark" }, async (page) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    equal([await ground(), await page.textContent("#theme-button")], ["rgb(21, 23, 26)", "Light"], "dark");
    await page.click("#theme-button");
    equal([await ground(), await page.textContent("#theme-button")], ["rgb(253, 253, 251)", "Dark"], "light");
}));

test("lecture mode steps, predicts, jumps and returns", () => open("session.html", {}, async (page) => {
    const where = () => page.textContent(".lecture-where");
    const rows = () => page.locator(".lecture-ladder .l-row").evaluateAll((all) => all.map((row) => row.dataset.frame));
    await page.click("#lecture-button");
    equal(await where(), "Frame 7 · 1 of 14 · setup · transport · maintenance", "first");
    await page.keyboard.press("ArrowRight");
    equal([await where(), await rows()], ["Frame 8 · 2 of 14 · setup · transport · maintenance", ["7", "8"]], "second");
    equal(await page.locator(".lecture-states text.present").allTextContents(), ["SYN-RECEIVED", "ESTABLISHED"], "states");
    await page.keyboard.press("p");
    equal(await where(), "After frame 8 · 2 of 14", "question");
    expect(!(await page.locator(".lecture").textContent()).includes("confirms: the connection is open"), "the answer is hidden");
    equal(await page.locator(".tick.unknown").count(), 12, "later phases are hidden");
    await page.keyboard.press("ArrowRight");
    equal(await where(), "Frame 9 · 3 of 14 · setup · transport · maintenance", "answer");
    await page.keyboard.press("]");
    equal(await where(), "Frame 10 · 4 of 14 · transfer · application · user data", "next phase");
    await page.keyboard.press("End");
    equal(await where(), "Frame 32 · 14 of 14 · teardown · transport · maintenance", "end");
    equal(await page.locator(".lecture-states line.walked").count(), 10, "walked edges");
    await page.keyboard.press("Escape");
    equal([await page.locator(".lecture").count(), await opened(page, "f32")], [0, true], "back at the row");
}));

test("lecture mode of a UDP chat", () => open("session.html", {}, async (page) => {
    await page.click("#lecture-button");
    await page.keyboard.press("c");
    equal(await page.textContent(".lecture-where"), "Frame 33 · 1 of 21 · setup · application · maintenance", "first");
    expect((await page.textContent(".lecture-book")).includes("nobody yet"), "empty address book");
    for (let i = 0; i < 16; i++) {
        await page.keyboard.press("ArrowRight");
    }
    equal([await page.textContent(".lecture-where"), await page.textContent(".lecture-book")],
        ["Frame 68 · 17 of 21 · teardown · application · maintenance", "Address bookalpine, debianRoom labalpine, debian"], "everybody is there");
    await page.keyboard.press("End");
    equal(await page.textContent(".lecture-book"), "Address booknobody yet", "everybody is gone");
}));

test("on paper there is no bar, and opened rows stay open", () => open("session.html", { colorScheme: "dark" }, async (page) => {
    await page.click("#f7 summary");
    await page.emulateMedia({ media: "print" });
    expect(!await visible(page, ".bar") && !await visible(page, ".search"), "no bar, no search");
    expect(await visible(page, "#f7 .dump") && !await visible(page, "#f8 .dump"), "what was opened");
    equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)", "light colours");
    expect((await page.pdf({ format: "A4" })).length > 10000, "prints");
}));

test("a ladder higher than a sheet of paper is printed in pieces", () => open("session.html", {}, async (page) => {
    const shown = () => page.evaluate(() => Array.from(document.querySelectorAll(".in-sheets svg"))
        .filter((svg) => svg.getClientRects().length).map((svg) => {
            const { width, height } = svg.getBoundingClientRect();
            return { sheets: Boolean(svg.closest(".sheets")), ratio: height / width };
        }));
    equal((await shown()).map((svg) => svg.sheets), [false], "on the screen in one");
    await page.emulateMedia({ media: "print" });
    const pieces = await shown();
    equal(pieces.map((svg) => svg.sheets), [true, true], "on paper in two");
    expect(pieces.every((svg) => svg.ratio < 265 / 180), `fits between the margins: ${JSON.stringify(pieces)}`);
}));

test("lecture mode on a telephone", () => open("session.html", { viewport: { width: 390, height: 844 } }, async (page) => {
    await page.click("#lecture-button");
    for (let i = 0; i < 14; i++) {
        const cut = await page.evaluate(() => {
            const ladder = document.querySelector(".lecture-ladder").getBoundingClientRect();
            const row = document.querySelector(".lecture .l-row.current").getBoundingClientRect();
            const title = document.querySelector(".lecture h2");
            return { row: row.bottom > ladder.bottom + 1, title: title.scrollHeight > title.clientHeight + 2,
                side: document.querySelector(".lecture-side").getBoundingClientRect().width < 300 };
        });
        equal(cut, { row: false, title: false, side: false }, `cut at packet ${i + 1}`);
        await page.keyboard.press("ArrowRight");
    }
}));

test("hostile payloads are text", () => open("hostile.html", {}, async (page) => {
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
    const text = await page.textContent("main");
    for (const word of ["<script>alert(1)</script>", "]]>", "⟨ESC⟩", "⟨RLO⟩", "\"><img src=x onerror=alert(2)>"]) {
        expect(text.includes(word), `shows ${word}`);
    }
    equal(await page.evaluate(() => document.querySelectorAll("main img, main script, main iframe").length), 0, "elements");
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "fits");
}));

test("hostile payloads on a phone", () => open("hostile.html", { viewport: { width: 390, height: 844 } }, async (page) => {
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "fits");
}));

test("a large capture opens quickly", async () => {
    const start = Date.now();
    await open("big.html", {}, (page) => page.waitForLoadState("load"));
    const seconds = (Date.now() - start) / 1000;
    expect(seconds < 5, `took ${seconds} s`); /* a second on an idle machine */
});

await finish();
