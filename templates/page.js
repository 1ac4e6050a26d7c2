"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const data = JSON.parse($("#data").textContent);
  const claims = all(".claim");
  const search = $("#search"), code = $("#code"), shown = $("#shown"), clear = $("#clear");
  const chips = all(".chips button"), dialog = $("#keys"), theme = $("#theme");
  const links = new Map(all(".side a[data-for]").map((a) => [a.dataset.for, a]));
  const texts = new Map();
  let current = null;

  for (const hidden of [theme, $("#help"), $("#controls"), ...all(".tools")]) if (hidden) hidden.hidden = false;

  // --- theme: system, dark, light -----------------------------------------------------------------------------------
  const themes = ["system", "dark", "light"];
  function setTheme(name) {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = "Theme: " + name;
    try { localStorage.setItem("claimcheck-theme", name); } catch { /* a page from disk may not be allowed to keep it */ }
  }
  function nextTheme() {
    const now = document.documentElement.dataset.theme || "system";
    setTheme(themes[(themes.indexOf(now) + 1) % themes.length]);
  }
  let kept = null;
  try { kept = localStorage.getItem("claimcheck-theme"); } catch { /* as above */ }
  if (kept === "dark" || kept === "light") setTheme(kept);
  theme.addEventListener("click", nextTheme);

  // --- filter ---------------------------------------------------------------------------------------------------------
  function textOf(claim) {
    if (!texts.has(claim)) {
      const parts = [".text", ".summary", "blockquote", ".numbers", "h3"].flatMap((s) => [...claim.querySelectorAll(s)]);
      texts.set(claim, parts.map((p) => p.textContent).join(" ").toLowerCase());
    }
    return texts.get(claim);
  }
  function filter() {
    const wanted = new Set(chips.filter((c) => c.getAttribute("aria-pressed") === "true").map((c) => c.dataset.verdict));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const claim of claims) {
      const fits = (!wanted.size || wanted.has(claim.dataset.verdict))
        && (!code.value || claim.dataset.codes.split(" ").includes(code.value))
        && words.every((w) => textOf(claim).includes(w));
      claim.hidden = !fits;
      const link = links.get(claim.id);
      if (link) link.hidden = !fits;
      count += fits;
    }
    const filtered = wanted.size > 0 || code.value !== "" || words.length > 0;
    shown.textContent = filtered ? count + " of " + claims.length + " claims" : "";
    clear.hidden = !filtered;
    $("#nothing").hidden = count > 0 || !claims.length;
  }
  function showAll() {
    search.value = "";
    code.value = "";
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    filter();
  }
  if (search) {
    search.addEventListener("input", filter);
    code.addEventListener("change", filter);
    clear.addEventListener("click", showAll);
    for (const chip of chips) chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      filter();
    });
    filter();
  }

  // --- one claim after the other ------------------------------------------------------------------------------------
  function go(claim) {
    if (!claim) return;
    if (current && links.has(current.id)) links.get(current.id).removeAttribute("aria-current");
    current = claim;
    if (links.has(claim.id)) links.get(claim.id).setAttribute("aria-current", "true");
    claim.focus({ preventScroll: true });
    claim.scrollIntoView({ block: "start" });
    try { history.replaceState(null, "", "#" + claim.id); } catch { /* some viewers forbid it */ }
  }
  function step(by) {
    const visible = claims.filter((c) => !c.hidden);
    const at = visible.indexOf(current);
    go(at < 0 ? visible[by > 0 ? 0 : visible.length - 1] : visible[at + by]);
  }
  function arrive() {
    const claim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!claim || !claims.includes(claim)) return;
    if (claim.hidden) showAll();
    go(claim);
  }
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();

  // --- copy -------------------------------------------------------------------------------------------------------------
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }
  async function copyOf(claim, what, button) {
    const place = location.href.split("#")[0] + "#" + claim.id;
    const own = data[claim.id];
    await copy(what === "link" ? place : what === "json" ? JSON.stringify(own.json, null, 2) : own[what]);
    shown.textContent = "Copied.";
    if (!button) return;
    const label = button.textContent;
    button.textContent = "copied ✓";
    setTimeout(() => { button.textContent = label; }, 1200);
  }
  for (const button of all("[data-copy]")) {
    button.addEventListener("click", () => copyOf(button.closest(".claim"), button.dataset.copy, button));
  }

  // --- keys ---------------------------------------------------------------------------------------------------------------
  $("#help").addEventListener("click", () => dialog.showModal());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape" && search) {
      showAll();
      if (typing) event.target.blur();
      return;
    }
    if (typing) return;
    const keys = {
      j: () => step(1),
      k: () => step(-1),
      "/": () => search && search.focus(),
      "?": () => dialog.showModal(),
      t: nextTheme,
      c: () => current && copyOf(current, "citation", null),
    };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // --- on paper everything is open ------------------------------------------------------------------------------------
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all(".finding:not([open]), .same:not([open])");
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of closed) details.open = false; });
})();
