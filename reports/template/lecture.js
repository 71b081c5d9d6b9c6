/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lecture mode: one packet at a time, for a projector. Everything that it shows is taken from the page: the narrow diagrams, the rows of the packet table, and the tables of users and rooms. */
"use strict";
(function () {
    const SVG = "http://www.w3.org/2000/svg";
    const button = document.getElementById("lecture-button");
    const figures = Array.from(document.querySelectorAll("figure[data-chat]"));

    /* Makes an element; content is a text, a child, or an array of both. */
    function make(name, className, content) {
        const element = document.createElement(name);
        if (className) {
            element.className = className;
        }
        element.append(...[].concat(content || []));
        return element;
    }

    function draw(name, attributes, text) {
        const element = document.createElementNS(SVG, name);
        Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
        if (text) {
            element.textContent = text;
        }
        return element;
    }

    /* The sentences of a paragraph of an explanation: first about this packet, then about the topic, from the glossary if the paragraph only links to it. */
    function readPoint(part) {
        const link = part.querySelector("a.topic");
        const entry = link && document.getElementById(link.hash.slice(1));
        const general = entry ? entry.cells[1] : part.querySelector(".general");
        return [part.querySelector(".own"), general].filter(Boolean)
            .flatMap((text) => text.textContent.split(/(?<=[.!?)]) (?=[A-Z“])/));
    }

    /* Reads a row of the packet table. */
    function readPacket(row) {
        const ends = row.querySelectorAll(".way bdi");
        const phase = row.querySelector(".phase");
        const states = row.dataset.states;
        return {
            frame: Number(row.id.slice(1)),
            row,
            from: ends[0].textContent,
            label: row.querySelector("summary").textContent,
            phase: phase.textContent,
            layer: row.querySelector(".layer-name").textContent,
            brings: row.querySelector("tr.typed") ? "user data" : "maintenance",
            sentences: Array.from(row.querySelectorAll(".explanation p:not(.states)")).flatMap(readPoint),
            states: states ? states.split(" ") : null,
        };
    }

    function readChat(figure) {
        const rows = Array.from(document.querySelectorAll(`tbody.packet[data-chat="${figure.dataset.chat}"]`));
        return {
            client: figure.dataset.client,
            server: figure.dataset.server,
            packets: rows.map(readPacket),
            svg: figure.querySelector(".narrow svg"),
        };
    }

    const chats = figures.map(readChat).filter((chat) => chat.svg && chat.packets.length > 0);
    if (!button || chats.length === 0) {
        return;
    }

    /* The states of RFC 9293, figure 5; CLOSED is there twice, at the beginning and at the end. */
    const BOX = { width: 168, height: 44 };
    const STATES = {
        "CLOSED": [210, 0], "SYN-SENT": [0, 62], "LISTEN": [420, 62], "SYN-RECEIVED": [420, 124],
        "ESTABLISHED": [210, 172], "FIN-WAIT-1": [0, 234], "CLOSE-WAIT": [420, 234], "FIN-WAIT-2": [210, 286],
        "LAST-ACK": [420, 306], "CLOSING": [210, 348], "TIME-WAIT": [0, 378], "CLOSED again": [420, 378],
    };
    const EDGES = [
        ["CLOSED", "SYN-SENT"], ["CLOSED", "LISTEN"], ["LISTEN", "SYN-RECEIVED"], ["SYN-SENT", "SYN-RECEIVED"],
        ["SYN-SENT", "ESTABLISHED"], ["SYN-RECEIVED", "ESTABLISHED"], ["ESTABLISHED", "FIN-WAIT-1"],
        ["ESTABLISHED", "CLOSE-WAIT"], ["FIN-WAIT-1", "FIN-WAIT-2"], ["FIN-WAIT-1", "CLOSING"],
        ["FIN-WAIT-1", "TIME-WAIT"], ["FIN-WAIT-2", "TIME-WAIT"], ["CLOSING", "TIME-WAIT"],
        ["CLOSE-WAIT", "LAST-ACK"], ["LAST-ACK", "CLOSED again"],
    ];

    /* Adds the edges that an end has walked to a set, and returns the state it is in; null before its first packet. If the capture skips a state, there is no such edge, and none is marked. */
    function walk(packets, end, walked) {
        let state = "CLOSED";
        let begun = false;
        packets.forEach((packet) => {
            let next = packet.states ? packet.states[end] : state;
            if (next === "unknown") {
                return;
            }
            next = next === "CLOSED" && begun ? "CLOSED again" : next;
            if (next === "SYN-RECEIVED" && state === "CLOSED") {
                walked.add("CLOSED LISTEN");
                state = "LISTEN";
            }
            walked.add(`${state} ${next}`);
            begun = begun || next !== "CLOSED";
            state = next;
        });
        return begun ? state : null;
    }

    function drawStates(chat, n) {
        const svg = draw("svg", { viewBox: "-130 -4 848 430", class: "lecture-states", role: "img",
            "aria-label": "State of both ends" });
        const walked = new Set();
        const present = [chat.client, chat.server].map((name, end) => [walk(chat.packets.slice(0, n), end, walked), name]);
        const visited = new Set(Array.from(walked).flatMap((edge) => EDGES.find((pair) => pair.join(" ") === edge) || []));
        EDGES.forEach(([a, b]) => {
            const on = walked.has(`${a} ${b}`);
            const centre = (name) => [STATES[name][0] + BOX.width / 2, STATES[name][1] + BOX.height / 2];
            svg.append(draw("line", { class: on ? "walked" : "", x1: centre(a)[0], y1: centre(a)[1],
                x2: centre(b)[0], y2: centre(b)[1] }));
        });
        Object.entries(STATES).forEach(([name, [x, y]]) => {
            const here = present.filter(([state]) => state === name).map(([, who]) => who);
            const looks = here.length ? "present" : visited.has(name) ? "visited" : "";
            svg.append(draw("rect", { class: looks, x, y, width: BOX.width, height: BOX.height }));
            svg.append(draw("text", { class: looks, x: x + BOX.width / 2, y: y + 29 }, name.replace(" again", "")));
            if (here.length) {
                const left = x < 300;
                svg.append(draw("text", { class: left ? "who left" : "who", x: left ? x - 10 : x + BOX.width + 10,
                    y: y + 29 }, here.join(", ")));
            }
        });
        return svg;
    }

    /* A UDP chat has no states; instead this shows who is in the address book and in which room after a frame. */
    function drawBook(frame) {
        const is = (row) => Number(row.dataset.from) <= frame && !(row.dataset.to && Number(row.dataset.to) <= frame);
        const users = Array.from(document.querySelectorAll("tr[data-user]")).filter(is);
        const members = Array.from(document.querySelectorAll("tr[data-member]")).filter(is);
        const rooms = new Map();
        members.forEach((row) => rooms.set(row.dataset.room, (rooms.get(row.dataset.room) || []).concat(row.dataset.member)));
        const names = (list) => make("p", "", list.flatMap((name, i) => [i ? ", " : "", make("bdi", "", name)]));
        return make("div", "lecture-book", [
            make("div", "", [make("h3", "", "Address book"),
                users.length ? names(users.map((row) => row.dataset.user)) : make("p", "muted", "nobody yet")]),
            ...Array.from(rooms, ([room, list]) => make("div", "", [
                make("h3", "", ["Room ", make("bdi", "", room)]), names(list)])),
        ]);
    }

    /* The diagram up to a frame: its last whole rows, as many as fit into the element space. */
    function drawLadder(chat, frame, space) {
        const svg = chat.svg.cloneNode(true);
        const head = chat.svg.cloneNode(true);
        const width = chat.svg.viewBox.baseVal.width;
        const rows = Array.from(svg.querySelectorAll(".l-row"));
        let current = null;
        rows.forEach((row) => {
            if (Number(row.dataset.frame) <= frame) {
                current = row;
            } else {
                row.remove();
            }
        });
        [svg, head].forEach((copy) => {
            copy.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
            copy.querySelectorAll("title, a").forEach((part) => part.replaceWith(...part.childNodes));
            copy.removeAttribute("aria-labelledby");
            copy.setAttribute("aria-hidden", "true");
            copy.removeAttribute("width");
        });
        head.querySelectorAll(".l-row, .l-band, .l-bar").forEach((part) => part.remove());
        const headHeight = Number(rows[0].dataset.top) - 4;
        head.setAttribute("viewBox", `0 0 ${width} ${headHeight}`);
        if (!current) {
            return make("div", "lecture-ladder", head);
        }
        current.classList.add("current");
        const bottom = Number(current.dataset.bottom);
        const room = width * space.clientHeight / space.clientWidth - headHeight;
        const first = rows.find((row) => Number(row.dataset.top) >= bottom - room) || current;
        const top = Number(first.dataset.top);
        svg.setAttribute("viewBox", `0 ${top} ${width} ${bottom - top}`);
        return make("div", "lecture-ladder", [head, svg]);
    }

    const stage = make("div", "lecture");
    let chat = chats[0];
    let at = 0;
    let asking = false;
    let more = false;

    function drawTicks() {
        let free = 0; /* the first tick with room for a word above it */
        return make("div", "lecture-ticks", chat.packets.map((packet, i) => {
            const hidden = asking && i > at;
            const tick = make("span", `tick ${hidden ? "unknown" : packet.phase}${i > at ? " later" : ""}${i === at ? " now" : ""}`);
            const begins = i === 0 || packet.phase !== chat.packets[i - 1].phase;
            if (begins && !hidden && i >= free) {
                tick.append(make("span", "word", packet.phase));
                free = i + packet.phase.length * 0.55 + 0.2;
            }
            tick.addEventListener("click", () => go(i));
            return tick;
        }));
    }

    function drawText(packet) {
        const where = `${at + 1} of ${chat.packets.length}`;
        if (asking) {
            return [
                make("p", "lecture-where", `After frame ${packet.frame} · ${where}`),
                make("h2", "", "Who sends the next packet, and what is in it?"),
                make("p", "", chat.packets[0].states ? "Sender? Flags? Sequence and acknowledgement number?" :
                    "Sender? Receiver? Which command, or what is said?"),
                make("p", "", "→ shows the answer."),
            ];
        }
        return [
            make("p", "lecture-where", [`Frame ${packet.frame} · ${where} · `, make("span", `phase ${packet.phase}`, packet.phase),
                ` · ${packet.layer} · ${packet.brings}`]),
            make("h2", "", [make("bdi", "", packet.from), " ", make("bdi", "", packet.label)]),
            make("p", "", packet.sentences.slice(0, more ? undefined : 2).join(" ")),
        ];
    }

    function drawKeys() {
        const key = (names, what) => make("span", "", [...names.flatMap((name) => [make("kbd", "", name), " "]), what]);
        return make("div", "lecture-keys", [
            key(["←", "→"], "packet"), key(["[", "]"], "phase"), key(["P"], "predict"),
            key(["E"], more ? "explain less" : "explain more"),
            ...(chats.length > 1 ? [key(["C"], "next chat")] : []), key(["Esc"], "page"),
        ]);
    }

    function show() {
        const packet = chat.packets[at];
        const panel = packet.states ? drawStates(chat, at + 1) : drawBook(packet.frame);
        const text = make("div", "lecture-text", drawText(packet));
        text.setAttribute("aria-live", "polite");
        const space = make("div", "lecture-ladder");
        stage.replaceChildren(
            space,
            make("div", "lecture-side", [text, panel]),
            make("div", "lecture-foot", [drawTicks(), drawKeys()]));
        space.replaceWith(drawLadder(chat, packet.frame, space));
    }

    function go(i) {
        at = Math.max(0, Math.min(chat.packets.length - 1, i));
        asking = false;
        show();
    }

    /* Goes to the first packet of the phase before or after this one. */
    function phase(step) {
        const phases = chat.packets.map((packet) => packet.phase);
        let i = at;
        if (step < 0) {
            while (i > 0 && phases[i - 1] === phases[at]) {
                i--;
            }
            i = i === at ? i - 1 : i;
            while (i > 0 && phases[i - 1] === phases[i]) {
                i--;
            }
        } else {
            while (i < phases.length - 1 && phases[i] === phases[at]) {
                i++;
            }
        }
        go(i);
    }

    function leave() {
        const row = chat.packets[at].row;
        stage.remove();
        document.body.classList.remove("in-lecture");
        document.querySelectorAll("header.bar, main").forEach((part) => { part.inert = false; });
        document.removeEventListener("keydown", onKey);
        window.removeEventListener("resize", show);
        location.hash = row.id;
    }

    const keys = {
        ArrowRight: () => go(at + 1), ArrowLeft: () => (asking ? go(at) : go(at - 1)), PageDown: () => go(at + 1),
        PageUp: () => go(at - 1), " ": () => go(at + 1), Home: () => go(0), End: () => go(chat.packets.length - 1),
        "[": () => phase(-1), "]": () => phase(1), Escape: leave,
        p: () => { asking = at < chat.packets.length - 1; show(); },
        e: () => { more = !more; show(); },
        c: () => { chat = chats[(chats.indexOf(chat) + 1) % chats.length]; go(0); },
    };

    function onKey(event) {
        const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (action && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            action();
        }
    }

    function enter() {
        const target = document.querySelector("tbody.packet:target");
        const found = target && chats.find((one) => one.packets.some((packet) => packet.row === target));
        chat = found || chat;
        document.body.classList.add("in-lecture");
        document.querySelectorAll("header.bar, main").forEach((part) => { part.inert = true; });
        stage.setAttribute("role", "dialog");
        stage.setAttribute("aria-modal", "true");
        stage.setAttribute("aria-label", "Lecture");
        stage.tabIndex = -1;
        document.body.append(stage);
        document.addEventListener("keydown", onKey);
        window.addEventListener("resize", show);
        go(found ? found.packets.findIndex((packet) => packet.row === target) : at);
        stage.focus();
    }

    button.addEventListener("click", enter);
    button.hidden = false;
})();
