"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const rows = JSON.parse($("#data").textContent); // name, folder, then the columns of the table
  const size = 100, first = 2;
  const body = $("#table tbody"), heads = [...document.querySelectorAll("#table th button")];
  const search = $("#search"), shown = $("#shown"), theme = $("#theme");
  const order = new Intl.Collator(undefined, { numeric: true });
  const texts = rows.map((r) => (r[0] + " " + r[first]).toLowerCase());
  let kept = rows.map((_, n) => n), page = 0, column = -1, down = true;

  for (const hidden of [theme, $("#controls")]) hidden.hidden = false;
  for (const head of heads) head.disabled = false;

  function cell(tag, text, name) {
    const made = document.createElement(tag);
    if (text !== null) made.textContent = text;
    if (name) made.className = name;
    return made;
  }
  function line(row) {
    const tr = document.createElement("tr"), head = cell("th", null), link = cell("a", row[first]);
    head.scope = "row";
    link.href = row[1].split("/").map(encodeURIComponent).join("/") + "/index.html";
    head.append(link, cell("span", row[0], "small"));
    tr.append(head, ...row.slice(first + 1).map((n, at) => {
      const made = cell("td", n, n ? "figure" : "figure nought");
      made.dataset.label = heads[at + 1].textContent;
      return made;
    }));
    return tr;
  }
  function draw() {
    const pages = Math.max(1, Math.ceil(kept.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    body.replaceChildren(...kept.slice(page * size, (page + 1) * size).map((n) => line(rows[n])));
    $("#pager").hidden = pages < 2;
    $("#where").textContent = "page " + (page + 1) + " of " + pages;
    $("#before").disabled = page === 0;
    $("#after").disabled = page === pages - 1;
    shown.textContent = kept.length === rows.length ? "" : kept.length + " of " + rows.length + " reports";
  }
  function arrange() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    kept = rows.map((_, n) => n).filter((n) => words.every((w) => texts[n].includes(w)));
    if (column >= 0) {
      const at = first + column, sign = down ? -1 : 1;
      kept.sort((a, b) => {
        const x = rows[a][at], y = rows[b][at];
        return (typeof x === "number" ? x - y : order.compare(x, y)) * sign || a - b;
      });
    }
    page = 0;
    draw();
  }
  for (const head of heads) head.addEventListener("click", () => {
    const chosen = Number(head.dataset.column);
    down = chosen === column ? !down : chosen !== 0; // numbers begin with the largest, names with A
    column = chosen;
    for (const other of heads) other.parentElement.removeAttribute("aria-sort");
    head.parentElement.setAttribute("aria-sort", down ? "descending" : "ascending");
    arrange();
  });
  search.addEventListener("input", arrange);
  $("#before").addEventListener("click", () => { page -= 1; draw(); });
  $("#after").addEventListener("click", () => { page += 1; draw(); });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
    event.preventDefault();
    search.focus();
  });
  if (rows.length > size) draw();

  const themes = ["system", "dark", "light"];
  function setTheme(name) {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = "Theme: " + name;
    try { localStorage.setItem("claimcheck-theme", name); } catch { /* a page from disk may not be allowed to keep it */ }
  }
  theme.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme || "system";
    setTheme(themes[(themes.indexOf(now) + 1) % themes.length]);
  });
  let stored = null;
  try { stored = localStorage.getItem("claimcheck-theme"); } catch { /* as above */ }
  if (stored === "dark" || stored === "light") setTheme(stored);
})();
