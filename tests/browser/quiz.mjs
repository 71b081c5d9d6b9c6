// Tests of quiz pages in a real browser, in TAP: node quiz.mjs MODULES CHROMIUM FOLDER
// FOLDER holds quiz.html and quiz-hostile.html, and the same quizzes as .json, which says what is right.
import { readFile } from "node:fs/promises";
import path from "node:path";

import { checkAccess, equal, expect, finish, open, test, visible } from "./harness.mjs";

const folder = path.resolve(process.argv[4]);
const read = async (name) => JSON.parse(await readFile(path.join(folder, name), "utf8")).questions;
const questions = await read("quiz.json");
const result = (form) => form.locator(".quiz-result");
const formOf = (page, i) => page.locator(`#q${i + 1}`);
const firstOf = (shape) => questions.findIndex((question) => question.shape === shape);

/* Gives the right answer to a question, or one that is wrong. */
async function answer(page, i, right) {
    const question = questions[i];
    const form = formOf(page, i);
    if (question.shape === "choice") {
        const index = question.answers.findIndex((one) => one.right === right);
        await form.locator(`input[value="${index}"]`).check();
    } else if (question.shape === "number") {
        await form.locator("input").fill(right ? question.number.toFixed(3) : String(question.answers[0].value));
    } else if (question.shape === "order") {
        for (const [offered, place] of question.offered.entries()) {
            const said = right ? place : (place + 1) % question.offered.length;
            await form.locator("select").nth(offered).selectOption(String(said + 1));
        }
    } else {
        for (const [index, field] of question.fields.entries()) {
            const input = form.locator(`[name="field${index}"]`);
            if (field.options) {
                await input.selectOption(right ? field.right : field.options.find((one) => one !== field.right));
            } else {
                await input.fill(String(field.right + (right ? 0 : 1)));
            }
        }
    }
    await form.locator("button").click();
}

test("every right answer is right, every question can be answered", () => open("quiz.html", {}, async (page) => {
    equal(await page.locator("form.quiz").count(), questions.length, "questions");
    for (let i = 0; i < questions.length; i++) {
        await answer(page, i, true);
        expect((await result(formOf(page, i)).getAttribute("class")).endsWith(" right"), `question ${i + 1}`);
    }
    equal(await page.textContent("#score"), `${questions.length} of ${questions.length} right`, "score");
}));

test("a wrong answer says why, and can be mended", () => open("quiz.html", {}, async (page) => {
    for (const shape of ["choice", "number", "fields", "order"]) {
        const i = firstOf(shape);
        expect(i >= 0, `a question of shape ${shape}`);
        await answer(page, i, false);
        const text = await result(formOf(page, i)).textContent();
        expect(text.startsWith("Not right."), `${shape}: ${text}`);
        if (shape === "choice") {
            expect(text.includes(questions[i].answers.find((one) => !one.right).why), `the reason: ${text}`);
        } else if (shape === "number") {
            expect(text.includes(questions[i].answers[0].why), `the misreading: ${text}`);
        }
        equal(await page.textContent("#score"), `0 of ${questions.length} right`, "score");
        await answer(page, i, true);
        expect((await result(formOf(page, i)).textContent()).includes(questions[i].why), `${shape}: why it is right`);
        equal(await page.textContent("#score"), `1 of ${questions.length} right`, "score");
        await answer(page, i, false);
    }
}));

test("nothing answered is no answer", () => open("quiz.html", {}, async (page) => {
    for (const shape of ["choice", "number", "fields", "order"]) {
        const form = formOf(page, firstOf(shape));
        await form.locator("button").click();
        equal(await result(form).textContent(), "Not answered yet.", shape);
    }
}));

test("a decimal comma is a decimal point", () => open("quiz.html", {}, async (page) => {
    const i = questions.findIndex((question) => question.shape === "number" && question.number % 1 !== 0);
    const form = formOf(page, i);
    await form.locator("input").fill(questions[i].number.toFixed(3).replace(".", ","));
    await form.locator("input").press("Enter");
    expect((await result(form).getAttribute("class")).endsWith(" right"), "right");
}));

test("by the keyboard alone", () => open("quiz.html", {}, async (page) => {
    const i = firstOf("choice");
    const right = questions[i].answers.findIndex((one) => one.right);
    await page.evaluate((id) => document.querySelector(`#${id} .quiz-excerpt`).focus(), `q${i + 1}`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    for (let step = 0; step < right; step++) {
        await page.keyboard.press("ArrowDown");
    }
    equal(await result(formOf(page, i)).textContent(), "", "nothing is said before it is asked for");
    await page.keyboard.press("Enter");
    expect((await result(formOf(page, i)).getAttribute("class")).endsWith(" right"), "answered with Enter");
    await page.keyboard.press("Tab");
    equal(await page.evaluate(() => document.activeElement.textContent), `Check answer ${i + 1}`, "then the button");
}));

test("the key is hidden, until it is asked for", () => open("quiz.html", {}, async (page) => {
    equal(await visible(page, "#key"), false, "before");
    await page.click("#key-button");
    equal([await visible(page, "#key"), await page.getAttribute("#key-button", "aria-expanded")], [true, "true"], "after");
    await page.click("#key-button");
    equal(await visible(page, "#key"), false, "and again");
}));

test("on paper: questions, then the key on a page of its own", () => open("quiz.html", {}, async (page) => {
    await page.emulateMedia({ media: "print" });
    equal([await visible(page, "#key"), await visible(page, ".bar"), await visible(page, ".quiz-buttons")],
        [true, false, false], "shown");
    equal(await page.evaluate(() => getComputedStyle(document.querySelector("#key")).breakBefore), "page", "a new page");
    const pages = (await page.pdf()).toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    expect(pages > 5, `${pages} pages`);
}));

test("everything is readable without script", () => open("quiz.html", { javaScriptEnabled: false }, async (page) => {
    equal([await visible(page, "#key"), await visible(page, "#key-button"), await visible(page, ".quiz-buttons")],
        [true, false, false], "the key is open, and no button does nothing");
}));

for (const colorScheme of ["light", "dark"]) {
    test(`axe-core finds nothing, ${colorScheme}`, () => open("quiz.html", { colorScheme }, async (page) => {
        await answer(page, firstOf("choice"), true);
        await answer(page, firstOf("number"), false);
        await answer(page, firstOf("fields"), false);
        await page.click("#key-button");
        await checkAccess(page);
    }));
}

for (const [width, height] of [[1280, 720], [834, 1112], [390, 844]]) {
    test(`nothing scrolls sideways, ${width}×${height}`, () => open("quiz.html", { viewport: { width, height } },
        async (page) => {
            await page.click("#key-button");
            equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "fits");
            equal(await page.evaluate(() => [...document.querySelectorAll(".quiz-excerpt caption")]
                .every((caption) => caption.offsetWidth > 200 && caption.offsetHeight < 100)), true, "captions are lines");
            equal(await page.evaluate(() => [...document.querySelectorAll(".quiz-excerpt tr")]
                .every((row) => getComputedStyle(row).display === "table-row")), true, "a trace is a table");
        }));
}

test("hostile text is text", () => open("quiz-hostile.html", { viewport: { width: 390, height: 844 } }, async (page) => {
    await page.click("#key-button");
    const text = await page.textContent("main");
    for (const word of ["<script>alert(1)</script>", "]]>", "⟨ESC⟩", "⟨RLO⟩", "</form>"]) {
        expect(text.includes(word), `shows ${word}`);
    }
    equal(await page.evaluate(() => document.querySelectorAll("main img, main script, main iframe").length), 0, "elements");
    equal(await page.locator("form.quiz").count(), (await read("quiz-hostile.json")).length, "questions");
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "fits");
}));

await finish();
