/* SPDX-License-Identifier: GPL-2.0-or-later */
"use strict";
/* The button for the light or dark theme, on every page. */
(function () {
    const root = document.documentElement;
    const theme = document.getElementById("theme-button");

    root.classList.add("script");

    /* The page has the system's theme until the button is pressed. */
    const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches);
    const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
    theme.addEventListener("click", () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        nameTheme();
    });
    systemIsDark.addEventListener("change", nameTheme);
    nameTheme();
    theme.hidden = false;
})();
