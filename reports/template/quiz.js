/* SPDX-License-Identifier: GPL-2.0-or-later */
"use strict";
/* Checks each answer against the key at the end of the page, and says why it is right or wrong. */
(function () {
    const byId = (id) => document.getElementById(id);
    const forms = Array.from(document.querySelectorAll("form.quiz"));
    const key = byId("key");
    const keyButton = byId("key-button");
    const score = document.createElement("output");
    const done = new Set();

    score.id = "score";
    keyButton.before(score);
    function count() {
        score.textContent = `${done.size} of ${forms.length} right`;
    }

    function showKey(shown) {
        key.hidden = !shown;
        keyButton.textContent = shown ? "Hide the key" : "Show the key";
        keyButton.setAttribute("aria-expanded", String(shown));
    }
    keyButton.setAttribute("aria-controls", "key");
    keyButton.addEventListener("click", () => {
        showKey(key.hidden);
        if (!key.hidden) {
            key.scrollIntoView();
        }
    });
    keyButton.hidden = false;

    const keyOf = (form) => byId(`k${form.id.slice(1)}`);
    const reasonOf = (form, selector) => {
        const reason = keyOf(form).querySelector(selector);
        return reason ? reason.querySelector("bdi").textContent : "";
    };
    /* "1,5" and "1.5" are the same number. */
    const readNumber = (text) => (text.trim() ? Number(text.trim().replace(",", ".")) : NaN);

    /* Each judge returns null if there is no answer yet, otherwise whether it is right and what to say about it. */
    const judges = {
        choice(form) {
            const chosen = form.querySelector("input:checked");
            return chosen && { right: chosen.value === form.dataset.right,
                reasons: [reasonOf(form, `[data-choice="${chosen.value}"]`)] };
        },
        number(form) {
            const given = readNumber(form.elements.number.value);
            if (Number.isNaN(given)) {
                return null;
            }
            const tolerance = Number(form.dataset.tolerance) * 1.000001;
            const near = (number) => Math.abs(given - number) <= tolerance;
            const misread = Array.from(keyOf(form).querySelectorAll("[data-number]"))
                .filter((reason) => near(Number(reason.dataset.number)));
            return { right: near(Number(form.dataset.right)),
                reasons: misread.map((reason) => reason.querySelector("bdi").textContent) };
        },
        fields(form) {
            const reasons = Array.from(keyOf(form).querySelectorAll("[data-field]"));
            const given = reasons.map((reason) => form.elements[`field${reason.dataset.field}`]);
            if (given.some((input) => !input.value.trim())) {
                return null;
            }
            const wrong = reasons.filter((reason, i) => (given[i].tagName === "SELECT" ?
                given[i].value !== reason.dataset.right : readNumber(given[i].value) !== Number(reason.dataset.right)));
            given.forEach((input, i) => input.setAttribute("aria-invalid", String(wrong.includes(reasons[i]))));
            return { right: wrong.length === 0,
                reasons: wrong.map((reason) => `(${Number(reason.dataset.field) + 1}) is not right.`) };
        },
        order(form) {
            const given = Array.from(form.querySelectorAll("select"), (select) => select.value);
            if (given.includes("")) {
                return null;
            }
            return { right: given.join(",") === form.dataset.right, reasons: [] };
        },
    };

    function say(result, kind, lines) {
        result.className = `quiz-result ${kind}`;
        result.replaceChildren(...lines.filter(Boolean).map((line) => {
            const paragraph = document.createElement("p");
            const part = document.createElement("bdi");
            part.textContent = line;
            paragraph.append(part);
            return paragraph;
        }));
    }

    forms.forEach((form) => {
        const result = form.querySelector(".quiz-result");
        form.querySelector(".quiz-buttons").hidden = false;
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            const answer = judges[form.dataset.shape](form);
            if (!answer) {
                say(result, "wrong", ["Not answered yet."]);
                return;
            }
            if (answer.right) {
                done.add(form.id);
            } else {
                done.delete(form.id);
            }
            count();
            const why = keyOf(form).querySelector(".key-why").textContent;
            say(result, answer.right ? "right" : "wrong",
                answer.right ? ["Right.", ...answer.reasons, why] : ["Not right.", ...answer.reasons]);
        });
    });
    showKey(false);
    count();
})();
