// The search box as an editable combobox with a list (WAI-ARIA Authoring Practices): names, codes, other and former
// names, small typos. The names are fetched once, when the box is first used, and matched here. Without it the form
// asks the server.

import { words } from "./words.js";

const MOST = 8;
const POSTCODE = /^[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}$/i;

export function enliven() {
  const form = document.querySelector("form.search[data-names]");
  const box = form?.querySelector("input");
  if (!box) return;
  const list = document.createElement("ul");
  Object.assign(list, { id: "names", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words("areas"));
  box.after(list);
  box.type = "text";
  const set = (name, value) => box.setAttribute(name, value);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "names" })
    .forEach(([name, value]) => set(name, value));

  let names = null;
  let at = -1;
  let shown = [];

  async function known(asked = "") {
    const address = new URL(form.dataset.names, location);
    if ("asks" in form.dataset) { // too many names to have here: the server says which fit
      if (!asked) return [];
      const fitting = new URL(`?q=${encodeURIComponent(asked)}`, address);
      return fetch(fitting).then((answer) => answer.json()).then((data) => prepared(data, address));
    }
    names ??= fetch(address).then((answer) => answer.json()).then((data) => prepared(data, address));
    return names;
  }

  async function suggest() {
    const asked = box.value;
    const found = asked.trim() ? await known(asked.trim()) : [];
    if (asked !== box.value) return;
    shown = "asks" in form.dataset ? found : matches(found, asked);
    if (!shown.length && "postcodes" in form.dataset && POSTCODE.test(asked.trim())) shown = [postcode(asked.trim())];
    list.replaceChildren(...shown.map(option));
    open(shown.length > 0);
    mark(-1);
  }

  // The server knows where postcodes lie.
  function postcode(text) {
    const url = `${form.action}?${new URLSearchParams({ q: text })}`;
    return { name: text.toUpperCase(), said: words("postcode"), url };
  }

  function option(one, k) {
    const item = document.createElement("li");
    item.id = `name-${k}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(one.name);
    const small = document.createElement("small");
    small.textContent = one.said;
    item.append(small);
    return item;
  }

  function open(yes) {
    list.hidden = !yes;
    set("aria-expanded", String(yes));
    if (!yes) mark(-1);
  }

  function mark(k) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = k;
    const item = list.children[k];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) set("aria-activedescendant", item.id);
    else box.removeAttribute("aria-activedescendant");
  }

  box.addEventListener("focus", () => known(), { once: true });
  box.addEventListener("input", suggest);
  box.addEventListener("blur", () => open(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(shown[[...list.children].indexOf(item)].url);
  });
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    const closed = list.hidden;
    if (event.key === "ArrowDown" && closed) suggest().then(() => event.altKey || mark(0));
    else if (event.key === "ArrowDown") mark((at + 1) % shown.length);
    else if (event.key === "ArrowUp" && !closed) mark(at <= 0 ? shown.length - 1 : at - 1);
    else if (event.key === "Enter" && !closed && at >= 0) location.assign(shown[at].url);
    else if (event.key === "Escape" && !closed) open(false);
    else if (event.key === "Escape") box.value = "";
    else return;
    event.preventDefault();
  });
}

// A name reduced to what people type, as the server does it.
function plain(name) {
  const bare = name.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase().replaceAll("&", " and ");
  const parts = bare.replace(/[^a-z0-9]+/g, " ").replace(/\b(city|county|(royal |london )?borough) of\b/g, " ");
  return parts.replace(/\b(city |county )?council\b/g, " ").replace(/\s+/g, " ").trim();
}

// Everything that can be written, each with the area it leads to and what is said of it. Addresses hang on that of the
// list of names, so that they are right under any path.
function prepared(data, address) {
  for (const one of data.areas) one.url = new URL(`.${one.url}`, address).href;
  const areas = new Map(data.areas.map((one) => [one.code, one]));
  const found = [];
  for (const one of data.areas) {
    found.push({ plain: plain(one.name), code: one.code, name: one.name, said: one.in, url: one.url, order: 0 });
    for (const other of one.other) {
      const url = `${one.url}?asked=${encodeURIComponent(other)}`;
      const said = words("also", { name: other });
      found.push({ plain: plain(other), code: one.code, name: one.name, said, url, order: 1 });
    }
  }
  for (const one of data.former) {
    const heir = areas.get(one.to);
    const said = `${one.name} ${one.said.replace("{heir}", heir.name)}`;
    const url = `${heir.url}?asked=${encodeURIComponent(one.name)}`;
    found.push({ plain: plain(one.name), code: heir.code, was: one.code, name: heir.name, said, url, order: 2 });
  }
  return found;
}

function matches(names, text) {
  const asked = plain(text);
  const code = text.trim().toLowerCase();
  if (!asked) return [];
  const scored = names.map((one) => [rank(one, asked, code), one]).filter(([r]) => r < 9);
  scored.sort(([a, one], [b, other]) => a - b || one.order - other.order || one.name.localeCompare(other.name));
  const seen = new Set();
  return scored.map(([, one]) => one).filter((one) => !seen.has(one.code) && seen.add(one.code)).slice(0, MOST);
}

// 0 the whole name or code, then whole words, a beginning, a word's beginning, a part, a typo; 9 is no match.
function rank(one, asked, code) {
  if (one.plain === asked || one.code.toLowerCase() === code || one.was?.toLowerCase() === code) return 0;
  if (` ${one.plain} `.includes(` ${asked} `)) return 1;
  if (one.plain.startsWith(asked) || (code.length > 3 && one.code.toLowerCase().startsWith(code))) return 2;
  if (one.plain.includes(` ${asked}`)) return 3;
  if (asked.length > 2 && one.plain.includes(asked)) return 4;
  if (asked.length < 4) return 9;
  const most = asked.length > 6 ? 2 : 1;
  const away = Math.min(distance(asked, one.plain), distance(asked, one.plain.slice(0, asked.length)));
  return away <= most ? 5 + away : 9;
}

// Letters put in, left out, exchanged or swapped with the next one (Damerau and Levenshtein).
function distance(a, b) {
  if (Math.abs(a.length - b.length) > 2) return 9;
  let [before, last] = [[], [...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i++) {
    const now = [i];
    for (let j = 1; j <= b.length; j++) {
      now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) now[j] = Math.min(now[j], before[j - 2] + 1);
    }
    [before, last] = [last, now];
  }
  return last[b.length];
}
