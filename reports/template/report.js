/* SPDX-License-Identifier: GPL-2.0-or-later */
"use strict";
/* Links to frames, the search, and the marking of fields in the bytes. */
(function () {
    const byId = (id) => document.getElementById(id);
    const packets = Array.from(document.querySelectorAll("tbody.packet"));

    /* A link to a frame opens its row. */
    function openTarget() {
        const row = /^#f\d+$/.test(location.hash) && byId(location.hash.slice(1));
        if (!row) {
            return;
        }
        if (row.hidden) {
            byId("search").value = "";
            filter();
        }
        const details = row.querySelector("details");
        details.open = true;
        row.scrollIntoView({ block: "start" });
        details.querySelector("summary").focus({ preventScroll: true });
    }
    window.addEventListener("hashchange", openTarget);
    document.addEventListener("click", (event) => {
        const link = event.target.closest("a[href^='#f']");
        if (link && link.hash === location.hash) { /* the hash does not change, so there is no event */
            openTarget();
        }
    });

    /* The search shows the rows that contain all words, also those in the opened part. */
    const search = byId("search");
    const found = byId("found");
    let texts = null;
    function filter() {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        let n = 0;
        texts = texts || packets.map((row) => row.textContent.toLowerCase().replace(/\s+/g, " "));
        const whole = words.join(" ");
        packets.forEach((row, i) => {
            row.hidden = !(texts[i].includes(whole) || words.every((word) => texts[i].includes(word)));
            n += row.hidden ? 0 : 1;
        });
        found.textContent = words.length ? `${n} of ${packets.length} packets` :
            `${packets.length} packet${packets.length === 1 ? "" : "s"}`;
    }
    if (search) {
        search.addEventListener("input", filter);
        search.parentElement.hidden = false;
    }

    /* Marks a field both in the dump and among the fields: the one under the pointer or, since each packet is a tab stop, the one that the arrow keys select. */
    function mark(opened, index) {
        opened.querySelectorAll(".hit").forEach((part) => part.classList.remove("hit"));
        if (index !== null) {
            opened.querySelectorAll(`[data-f="${index}"]`).forEach((part) => part.classList.add("hit"));
        }
    }
    document.addEventListener("pointerover", (event) => {
        const opened = event.target.closest(".opened");
        if (opened) {
            const part = event.target.closest("[data-f]");
            mark(opened, part ? part.dataset.f : null);
        }
    });
    document.addEventListener("pointerout", (event) => {
        const opened = event.target.closest(".opened");
        if (opened && !(event.relatedTarget && opened.contains(event.relatedTarget))) {
            mark(opened, null);
        }
    });
    document.addEventListener("toggle", (event) => {
        const row = event.target.closest && event.target.closest("tbody.packet");
        const first = row && row.querySelector(".field");
        if (first && event.target.open && !row.querySelector(".field[tabindex]")) {
            first.tabIndex = 0;
        }
    }, true);
    document.addEventListener("focusin", (event) => {
        const field = event.target.closest(".field");
        if (field) {
            mark(field.closest(".opened"), field.dataset.f);
        }
    });
    document.addEventListener("focusout", (event) => {
        const field = event.target.closest(".field");
        if (field) {
            mark(field.closest(".opened"), null);
        }
    });
    document.addEventListener("keydown", (event) => {
        const field = event.target.closest(".field");
        const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
        if (!field || !(event.key in steps)) {
            return;
        }
        const all = Array.from(field.closest(".layers").querySelectorAll(".field"));
        const next = all[all.indexOf(field) + steps[event.key]];
        event.preventDefault();
        if (next) {
            field.tabIndex = -1;
            next.tabIndex = 0;
            next.focus();
        }
    });

    openTarget();
})();
