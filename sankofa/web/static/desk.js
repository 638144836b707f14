/* Only shortens the way: every page does its work without this file. */
"use strict";

(() => {
  const items = () => [...document.querySelectorAll("[data-item]")];
  const current = () => document.querySelector("[data-item][data-current]");
  const typing = (element) => element && /^(input|textarea|select)$/i.test(element.tagName);

  function move(step) {
    const all = items();
    if (!all.length) return;
    const now = current();
    const at = now ? Math.min(Math.max(all.indexOf(now) + step, 0), all.length - 1) : 0;
    mark(all[at]);
    all[at].scrollIntoView({ block: "nearest" });
  }

  function mark(item) {
    const now = current();
    if (now) now.removeAttribute("data-current");
    item.setAttribute("data-current", "");
    const focus = item.hasAttribute("tabindex") ? item : item.querySelector("a");
    if (focus) focus.focus({ preventScroll: true });
  }

  function press(key) {
    const place = current() || items()[0] || document;
    const button = place.querySelector(`[data-key="${key}"]`) || (key === "u" && document.querySelector('[data-key="u"]'));
    if (button) button.click();
    return Boolean(button);
  }

  function open() {
    const now = current();
    const link = now && (now.querySelector("[data-open]") || now.querySelector("a"));
    if (link) link.click();
  }

  function search() {
    const box = document.querySelector("[data-search]");
    if (box) { box.focus(); box.select(); } else { location.assign("/search"); }
  }

  function keys() {
    const list = document.querySelector(".keys");
    list.open = !list.open;
    if (list.open) list.scrollIntoView({ block: "nearest" });
  }

  const acts = {
    "/": search, "?": keys, j: () => move(1), k: () => move(-1),
    c: () => press("c"), x: () => press("x"), u: () => press("u"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Enter" && event.target === current()) { event.preventDefault(); open(); return; }
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  for (const form of document.querySelectorAll("[data-drop]")) {
    const input = form.querySelector('input[type="file"]');
    const hint = form.querySelector("[data-drop-hint]");
    if (hint) hint.hidden = false;
    const take = (files) => {
      if (!files || !files.length) return false;
      input.files = files;
      form.requestSubmit();
      return true;
    };
    for (const name of ["dragover", "dragleave", "drop"]) {
      document.addEventListener(name, (event) => {
        event.preventDefault();
        form.classList.toggle("over", name === "dragover");
        if (name === "drop") take(event.dataTransfer.files);
      });
    }
    document.addEventListener("paste", (event) => {
      if (!typing(event.target) && take(event.clipboardData.files)) event.preventDefault();
    });
  }

  for (const proof of document.querySelectorAll("[data-proof]")) {
    const slider = proof.querySelector("[data-slider]");
    const steps = proof.querySelector(".steps");
    const range = slider.querySelector("input");
    const lid = steps.querySelector(".top");
    const cut = () => { lid.style.clipPath = `inset(0 ${100 - range.value}% 0 0)`; };
    slider.hidden = false;
    steps.classList.add("is-sliding");
    range.addEventListener("input", cut);
    cut();
  }
})();
