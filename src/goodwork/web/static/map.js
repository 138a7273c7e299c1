// Map and table as one: they light up together, the map is one tab stop whose arrow keys move geographically, a status
// line says what is pointed at, and the periods become a slider. Nothing is drawn or fetched here.

import { ahead, go, read } from "./state.js";
import { words } from "./words.js";

const REST = 200; // milliseconds a slider rests before the page follows

export function enliven(main) {
  const canvas = main.querySelector("#canvas");
  const drawing = canvas?.querySelector("svg");
  if (drawing) link(main, canvas, drawing);
  const ladder = main.querySelector("#ladder");
  if (ladder) slide(main, ladder);
}

function link(main, canvas, drawing) {
  const status = main.querySelector("#status");
  const table = main.querySelector("table.league");
  const marks = new Map([...drawing.querySelectorAll("a[data-area]")].map((mark) => [mark.dataset.area, mark]));
  const rows = new Map([...main.querySelectorAll("tr[data-area]")].map((row) => [row.dataset.area, row]));
  const order = [...rows.keys()].filter((code) => marks.has(code));
  const touched = matchMedia("(hover: none)").matches;
  const keys = main.querySelector("input[name=areas]") ? "pointPick" : "pointArea";
  const idle = words(touched ? "tapArea" : keys);
  status.textContent = idle;
  const light = document.createElementNS("http://www.w3.org/2000/svg", "path");
  light.setAttribute("class", "lit");
  drawing.append(light);

  const chosen = main.querySelector("tr.chosen")?.dataset.area;
  let stop = marks.has(chosen) ? chosen : order[0] ?? marks.keys().next().value;
  let on = null;
  marks.get(stop)?.setAttribute("tabindex", "0");

  // Lights an area up on the map and in the table and says its name, or puts everything back.
  function show(code) {
    if (code === on) return;
    rows.get(on)?.classList.remove("on");
    on = code;
    rows.get(code)?.classList.add("on");
    light.setAttribute("d", marks.get(code)?.querySelector("path").getAttribute("d") ?? "");
    status.textContent = marks.get(code)?.querySelector("title").textContent ?? idle;
  }

  function focused() {
    return areaOf(document.activeElement);
  }

  // Listeners stand on HTML parents: an SVG element with a focus listener would become a tab stop of its own.
  for (const parent of [canvas, table]) {
    parent?.addEventListener("pointerover", (event) => show(areaOf(event.target) ?? focused()));
    parent?.addEventListener("pointerleave", () => show(focused()));
    parent?.addEventListener("focusin", (event) => show(areaOf(event.target)));
    parent?.addEventListener("focusout", () => show(null));
  }

  // The one mark that Tab comes to is the one that was last gone to.
  canvas.addEventListener("focusin", (event) => {
    const code = areaOf(event.target);
    if (!marks.has(code)) return;
    marks.get(stop).setAttribute("tabindex", "-1");
    stop = code;
    marks.get(stop).setAttribute("tabindex", "0");
  });

  function move(code) {
    marks.get(code).focus();
  }

  canvas.addEventListener("keydown", (event) => {
    const here = areaOf(event.target);
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const way = WAYS[event.key];
    if (way) move(nearest(marks, here, way) ?? here);
    else if (event.key === "Home") move(order[0] ?? here);
    else if (event.key === "End") move(order.at(-1) ?? here);
    else if (event.key === " ") rows.get(here)?.querySelector("input[name=areas]")?.click();
    else if (event.key === "Escape") main.querySelector("#league")?.focus();
    else return;
    event.preventDefault();
  });
}

// The periods as a slider over their list; the list stays, with what is missing or broken marked.
function slide(main, ladder) {
  const links = [...ladder.querySelectorAll("ol a")];
  const at = links.findIndex((one) => one.hasAttribute("aria-current"));
  if (links.length < 3 || at < 0) return;
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: links.length - 1, step: 1, defaultValue: at, id: "slider" });
  slider.setAttribute("aria-label", words("period"));
  const say = () => slider.setAttribute("aria-valuetext", links[slider.value].innerText.replace(/\s+/g, ", "));
  say();
  slider.style.width = `${(100 * (links.length - 1)) / links.length + 3}%`;
  ladder.prepend(slider);
  for (const one of links) one.tabIndex = -1;
  const prepare = () => Promise.all(links.map((one) => ahead(one.href))).then(() => (slider.dataset.ahead = "yes"));
  slider.addEventListener("focus", prepare, { once: true });
  slider.addEventListener("pointerenter", prepare, { once: true });
  let rest = 0;
  slider.addEventListener("input", () => {
    say();
    const link = links[slider.value];
    const fresh = read(link.href);
    if (fresh) recolour(main, fresh);
    clearTimeout(rest);
    rest = setTimeout(() => go(link.href, "replace"), REST);
  });
}

// The colours and words of another period on the map that is shown: at once, before the rest of the page follows.
function recolour(main, fresh) {
  const marks = new Map([...main.querySelectorAll("#canvas a[data-area]")].map((mark) => [mark.dataset.area, mark]));
  for (const next of fresh.querySelectorAll("#canvas a[data-area]")) {
    const mark = marks.get(next.dataset.area);
    if (!mark) continue;
    for (const name of ["fill", "stroke"]) {
      mark.setAttribute(name, next.getAttribute(name) ?? next.parentNode.getAttribute(name));
    }
    mark.querySelector("title").textContent = next.querySelector("title").textContent;
  }
  const title = fresh.querySelector("#picture")?.textContent;
  if (title) main.querySelector("#picture").textContent = title;
}

export const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export function areaOf(target) {
  return target?.closest?.("[data-area]")?.dataset.area ?? null;
}

// The nearest area in a direction: those within 45 degrees either side, near ones before straight ones.
export function nearest(marks, from, [x, y]) {
  const start = middle(marks.get(from));
  let best = null;
  let least = Infinity;
  for (const [code, mark] of marks) {
    if (code === from) continue;
    const end = middle(mark);
    const along = (end.x - start.x) * x + (end.y - start.y) * y;
    const across = Math.abs((end.x - start.x) * y) + Math.abs((end.y - start.y) * x);
    const cost = along + 2 * across;
    if (along > 0 && across <= along && cost < least) [best, least] = [code, cost];
  }
  return best;
}

const middles = new WeakMap();

function middle(mark) {
  if (!middles.has(mark)) {
    const box = (mark.querySelector("path") ?? mark).getBBox();
    middles.set(mark, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  }
  return middles.get(mark);
}
