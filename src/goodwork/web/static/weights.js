// The weights lab: every move of a slider is answered in the page, from figures fetched once. The server gives the same
// for the same address; the engine is in engine.js.

import { restate } from "./copy.js";
import { draws, known, normalised, ranks, scores } from "./engine.js";
import { filled, words } from "./words.js";

const form = document.getElementById("lab");
const body = document.querySelector("#ranks tbody");
const told = document.getElementById("told");
const above = document.getElementById("above");
const fault = document.getElementById("fault");
const published = "published" in document.documentElement.dataset; // a copy of files: no server shows what is chosen
const METHODS = ["normalisation", "aggregation", "spread"];
const SLICE = 10; // milliseconds that are computed before the page may answer a reader
let data = null;
let turn = 0;

if (form?.dataset.figures) start();

async function start() {
  data = await fetch(form.dataset.figures).then((answer) => answer.json());
  data.rows = new Map([...body.rows].map((row) => [row.dataset.area, row]));
  const byName = data.areas.map((_, k) => k).sort((a, b) => data.areas[a].name.localeCompare(data.areas[b].name));
  data.alphabet = Int32Array.from(data.areas);
  byName.forEach((k, place) => (data.alphabet[k] = place));
  const usual = new Map(data.nodes.map((node) => [node.name, node.weight]));
  form.addEventListener("input", (event) => {
    if (event.target.type === "range") show(false, usual, paired);
  });
  const there = new URLSearchParams(location.search);
  const paired = new Set(["one", "other"].filter((name) => there.has(name)));
  form.addEventListener("change", (event) => {
    if (["one", "other"].includes(event.target.name)) paired.add(event.target.name);
    if (["area_set", "period"].includes(event.target.name)) form.requestSubmit();
    else show(true, usual, paired);
  });
  form.querySelector("button[type=submit]").hidden = true;
  if (published && there.size) {
    for (const [name, value] of there) choose(form.elements[name], value);
    show(false, usual, paired);
  }
  addEventListener("popstate", () => location.reload());
  form.dataset.ready = "yes";
}

// What an address asks, where the page itself has to show it.
function choose(field, value) {
  if (!field || field.type === "hidden" || field.disabled) return;
  if (field.type === "range") {
    if (!(value.trim() && Number(value) >= 0)) return;
    field.max = Math.max(field.max, Number(value));
  } else if (![...(field.options ?? [])].some((option) => option.value === value)) return;
  field.value = value;
}

// The weights now: those of the sliders, and those of nodes that have none.
function weights() {
  const own = new Map(data.nodes.map((node) => [node.name, node.weight]));
  for (const slider of form.querySelectorAll("input[type=range]")) own.set(slider.name.slice(2), slider.valueAsNumber);
  return own;
}

function show(keep, usual, paired) {
  const own = weights();
  shares(own);
  const mine = ++turn;
  const [normalisation, aggregation, spread] = METHODS.map((name) => form.elements[name].value);
  let columns;
  let score;
  try {
    const empty = data.nodes.some((node) => !members(node).every((one) => one === null) && !members(node).some((n) => own.get(n) > 0));
    if (empty) throw new RangeError(words("noWeight"));
    columns = normalised(data, normalisation);
    score = scores(data, columns, own, aggregation);
    fault.textContent = "";
  } catch (error) {
    fault.textContent = words("fault", { why: error.message });
    return;
  }
  const rank = ranks(score, data.same);
  fill(rank, score);
  address(keep, own, usual, paired);
  // The ranks are painted first; the ranges follow a little at a time, so that the next move is answered at once, too.
  requestAnimationFrame(() => setTimeout(() => doubt(mine, columns, own, aggregation, spread)));
}

function members(node) {
  const found = data.nodes.filter((one) => one.parent === node.name).map((one) => one.name);
  return found.length ? found : [null];
}

// Rank, score and move of every area, and the table in the new order.
function fill(rank, score) {
  const order = [...rank.keys()].sort((a, b) => rank[a] - rank[b] || data.alphabet[a] - data.alphabet[b]);
  let [moved, left, far] = [0, 0, order[0]];
  for (const k of order) {
    const row = data.rows.get(data.areas[k].code);
    const [published, low, high] = data.published[k];
    const away = published - rank[k];
    const out = known(low) && (rank[k] < low || rank[k] > high);
    moved += away !== 0;
    left += out;
    if (Math.abs(away) > Math.abs(data.published[far][0] - rank[far])) far = k;
    row.cells[0].firstChild.data = rank[k];
    row.cells[0].lastChild.textContent = words(away > 0 ? "up" : away < 0 ? "down" : "same", { n: Math.abs(away) });
    row.cells[4].textContent = score[k].toFixed(1);
    row.classList.toggle("left", out);
    bar(row, "path", { d: `M${(100 * (rank[k] - 0.5)) / rank.length} 0v12` });
  }
  let next = body.firstElementChild;
  for (const k of order) {
    const row = data.rows.get(data.areas[k].code);
    if (row === next) next = next.nextElementSibling;
    else body.insertBefore(row, next);
  }
  told.textContent = filled(moved ? told.dataset.told : told.dataset.same, {
    first: data.areas[order[0]].name, n: rank.length, moved, left, far: data.areas[far].name,
    from: data.published[far][0], to: rank[far],
  });
  restate({ sentence: told.textContent });
}

// The range of every rank over plausible weights, and how often one area stands above the other.
async function doubt(mine, columns, own, aggregation, spread) {
  const drawn = [];
  let begun = performance.now();
  for (const one of draws(data, own, spread)) {
    if (performance.now() - begun > SLICE) {
      await new Promise((done) => setTimeout(done));
      begun = performance.now();
    }
    if (mine !== turn) return;
    drawn.push(ranks(scores(data, columns, one, aggregation), data.same));
  }
  if (mine !== turn) return;
  const count = drawn.length;
  const at = [Math.ceil(((1 - data.level) / 2) * count - 1e-9) - 1, Math.ceil(((1 + data.level) / 2) * count - 1e-9) - 1];
  data.areas.forEach((area, k) => {
    const sorted = Int32Array.from(drawn, (rank) => rank[k]).sort();
    const [least, most] = at.map((place) => sorted[Math.max(place, 0)]);
    const row = data.rows.get(area.code);
    row.cells[2].textContent = words("range", { low: least, high: most });
    const n = data.areas.length;
    bar(row, "rect", { x: (100 * (least - 1)) / n, width: (100 * (most - least + 1)) / n });
  });
  const [a, b] = ["one", "other"].map((name) => data.areas.findIndex((area) => area.code === form.elements[name].value));
  const share = drawn.reduce((sum, rank) => sum + (rank[a] < rank[b]) + 0.5 * (rank[a] === rank[b]), 0) / count;
  above.textContent = filled(above.dataset.above, {
    one: data.areas[a].name, other: data.areas[b].name, share: chance(share),
  });
  form.dataset.turn = turn;
}

// A share of draws in words that do not pretend to more than the draws can tell.
function chance(share) {
  const whole = Math.floor(100 * share + 0.5);
  if (whole < 1) return words("under");
  return whole > 99 ? words("over") : `${whole}\u00a0%`;
}

function bar(row, name, attributes) {
  const mark = row.querySelector(`svg.bar ${name}`);
  for (const [key, value] of Object.entries(attributes)) mark?.setAttribute(key, value);
}

// The share of each weight among its siblings.
function shares(own) {
  for (const set of form.querySelectorAll("fieldset")) {
    const sliders = [...set.querySelectorAll("input[type=range]:enabled")];
    const total = sliders.reduce((sum, slider) => sum + own.get(slider.name.slice(2)), 0);
    for (const slider of sliders) {
      slider.nextElementSibling.textContent = `${total ? ((100 * slider.valueAsNumber) / total).toFixed(0) : 0}\u00a0%`;
    }
  }
}

// The address says what is chosen: what is usual is left out. A finished move is an entry of the history.
function address(keep, own, usual, paired) {
  const found = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const plain = name.startsWith("w.") ? own.get(name.slice(2)) === usual.get(name.slice(2)) : form.elements[name].selectedIndex === 0;
    if (["one", "other"].includes(name) ? paired.has(name) : !plain || (name === "framework" && !published)) found.set(name, value);
  }
  const kept = new URLSearchParams(form.dataset.figures.split("?")[1]);
  for (const name of ["area_set", "period"]) {
    if (kept.has(name)) found.set(name, kept.get(name));
    else found.delete(name);
  }
  const query = found.size ? `?${found}` : "";
  history[keep ? "pushState" : "replaceState"](null, "", `${location.pathname}${query}`);
  restate({ query });
  for (const twins of document.querySelectorAll("[data-twins]")) twins.hidden = published && found.size > 0;
  for (const link of document.querySelectorAll("[data-twin]")) {
    if (!published) link.setAttribute("href", link.dataset.twin + query);
    else if (!link.closest("[data-twins]")) link.setAttribute("href", location.pathname + query);
  }
}
