// All choices stand in the address. On pages whose main says data-live, links and forms that lead to the same page in
// another state fetch that page and put its main in place; Back and Forward do the same. Where that fails, or with any
// other link, the browser does what it always does.

const KEPT = 24;
const SLOW = 200; // milliseconds after which the page says that it is waiting
const pages = new Map(); // addresses to what was fetched
const parsed = new Map(); // addresses to what was read of it ahead
const mains = new Map(); // addresses to what was shown there, for Back
const lively = new WeakSet();
const said = document.getElementById("said");
let after = () => {};
let turn = 0;
let shown = key(location);

export function live(enliven) {
  after = (one) => lively.has(one) || (lively.add(one), enliven(one));
  after(main());
  if (!("live" in main().dataset)) return;
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  document.addEventListener("change", changed);
  addEventListener("popstate", () => key(location) === shown || go(location.href, "keep"));
}

// Shows the page of an address: "push" makes an entry of the history, "replace" changes this one, "keep" does neither.
export async function go(address, entry = "push") {
  const mine = ++turn;
  const wanted = new URL(address, location);
  if (entry === "keep" && mains.has(key(wanted))) {
    put(mains.get(key(wanted)), wanted.hash);
    shown = key(location);
    return;
  }
  const slow = setTimeout(() => main().setAttribute("aria-busy", "true"), SLOW);
  let text;
  try {
    text = await fetched(wanted);
  } catch {
    location.assign(wanted);
    return;
  } finally {
    clearTimeout(slow);
  }
  if (mine !== turn) return;
  const fresh = read(wanted) ?? new DOMParser().parseFromString(text, "text/html");
  parsed.delete(key(wanted));
  const better = fresh.getElementById("main")?.dataset.url;
  if (better === undefined || edition(fresh) !== edition(document)) { // a new edition is read whole, its modules too
    if (key(wanted) === key(location)) location.reload();
    else location.assign(wanted);
    return;
  }
  const final = new URL(better || wanted, wanted);
  final.hash = wanted.hash;
  if (entry === "push") history.pushState(null, "", final);
  if (entry === "replace") history.replaceState(null, "", final);
  const page = { main: document.adoptNode(fresh.getElementById("main")), title: fresh.title };
  page.twins = [...fresh.head.querySelectorAll("link[rel=alternate]")];
  put(page, entry === "push" && wanted.hash);
  shown = key(location);
}

const edition = (page) => page.documentElement.dataset.edition;

// Fetches the page of an address, and reads it, before it is asked for.
export async function ahead(address) {
  try {
    const url = new URL(address, location);
    const text = await fetched(url);
    const idle = window.requestIdleCallback ?? setTimeout;
    const parse = () => parsed.set(key(url), new DOMParser().parseFromString(text, "text/html"));
    if (!read(url)) await new Promise((done) => idle(() => done(parse())));
  } catch {
    // it will be asked for again when it is wanted
  }
}

// What was read ahead of an address, if anything.
export function read(address) {
  return parsed.get(key(new URL(address, location)));
}

function fetched(url) {
  const at = key(url);
  if (!pages.has(at)) {
    if (pages.size >= KEPT) pages.delete(pages.keys().next().value);
    const asked = fetch(at, { headers: { Accept: "text/html" } }).then((answer) => {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    });
    pages.set(at, asked);
    asked.catch(() => pages.delete(at));
  }
  return pages.get(at);
}

// Puts a page in place of the one that is shown, which is kept for Back; the focus stays where it was.
function put(page, hash) {
  const old = main();
  old.removeAttribute("aria-busy");
  const twins = [...document.head.querySelectorAll("link[rel=alternate]")];
  if (mains.size >= KEPT) mains.delete(mains.keys().next().value);
  mains.set(shown, { main: old, title: document.title, twins });
  const held = trace(document.activeElement);
  const top = document.activeElement?.getBoundingClientRect().top;
  const open = new Set([...old.querySelectorAll("details[id][open]")].map((one) => one.id));
  document.title = page.title;
  const next = page.main;
  for (const form of next.querySelectorAll("form")) form.reset(); // what is shown, not what was chosen when it was left
  for (const slider of next.querySelectorAll("input[type=range]")) slider.value = slider.defaultValue;
  for (const one of next.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = true;
  old.replaceWith(next);
  twins.forEach((one) => one.remove());
  document.head.append(...page.twins);
  after(next);
  const target = hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
  const again = target ?? (held && next.querySelector(held));
  if (again) {
    again.focus({ preventScroll: true });
    if (target) target.scrollIntoView({ behavior: "instant" });
    else scrollBy({ top: again.getBoundingClientRect().top - top, behavior: "instant" });
  }
  if (said) said.textContent = next.querySelector("h1")?.textContent ?? "";
}

// How the same thing is found on the page that comes.
function trace(thing) {
  if (!thing || thing === document.body || !main().contains(thing)) return "";
  if (thing.id && thing.id !== "main") return `#${CSS.escape(thing.id)}`;
  if (thing.name && thing.type === "checkbox") return `input[type=checkbox][name="${thing.name}"][value="${CSS.escape(thing.value)}"]`;
  if (thing.dataset?.area) return `#canvas [data-area="${CSS.escape(thing.dataset.area)}"]`;
  const link = thing.getAttribute?.("href");
  return link ? `a[href="${CSS.escape(link)}"]` : "";
}

function clicked(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !main().contains(link) || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href.baseVal ?? link.href, location);
  if (url.origin !== location.origin || url.pathname !== location.pathname || key(url) === shown) return;
  event.preventDefault();
  go(url);
}

function submitted(event) {
  const form = event.target;
  const action = new URL(event.submitter?.getAttribute("formaction") ?? form.getAttribute("action"), location);
  if (form.method !== "get" || action.pathname !== location.pathname || !main().contains(form)) return;
  event.preventDefault();
  go(address(form));
}

// A choice in a form of choices counts at once; the button is for those without scripts.
function changed(event) {
  const form = event.target.form;
  if (!form?.classList.contains("choices") || !main().contains(form) || event.target.type === "range") return;
  if (new URL(form.getAttribute("action"), location).pathname === location.pathname) go(address(form), "push");
}

// The address that a form leads to: values of one name apart by commas, what is empty left out.
export function address(form) {
  const found = new Map();
  for (const [name, value] of new FormData(form)) {
    if (value !== "") found.set(name, found.has(name) ? `${found.get(name)},${value}` : value);
  }
  return `${form.getAttribute("action")}?${new URLSearchParams([...found])}`;
}

function main() {
  return document.getElementById("main");
}

function key(url) {
  return url.pathname + url.search;
}
