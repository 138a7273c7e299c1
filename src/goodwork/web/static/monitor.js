// Adds to a page that already works: map and table light up together, the map is one tab stop whose arrow keys move
// geographically, and a status line says what is pointed at. Nothing is drawn or fetched here.

const canvas = document.getElementById("canvas");
const drawing = canvas?.querySelector("svg");
const status = document.getElementById("status");

if (drawing) enliven();

function enliven() {
  const marks = new Map([...drawing.querySelectorAll("a[data-area]")].map((mark) => [mark.dataset.area, mark]));
  const rows = new Map([...document.querySelectorAll("tr[data-area]")].map((row) => [row.dataset.area, row]));
  const words = new Map([...marks].map(([code, mark]) => [code, mark.querySelector("title").textContent]));
  const order = [...rows.keys()].filter((code) => marks.has(code));
  const idle = status.textContent;
  const light = document.createElementNS("http://www.w3.org/2000/svg", "path");
  light.setAttribute("class", "lit");
  drawing.append(light);

  const chosen = document.querySelector("tr.chosen")?.dataset.area;
  let stop = marks.has(chosen) ? chosen : order[0] ?? marks.keys().next().value;
  let shown = null;
  marks.get(stop)?.setAttribute("tabindex", "0");

  // Lights an area up on the map and in the table and says its name, or puts everything back.
  function show(code) {
    if (code === shown) return;
    rows.get(shown)?.classList.remove("on");
    shown = code;
    rows.get(code)?.classList.add("on");
    light.setAttribute("d", marks.get(code)?.querySelector("path").getAttribute("d") ?? "");
    status.textContent = words.get(code) ?? idle;
  }

  function areaOf(target) {
    return target.closest?.("[data-area]")?.dataset.area ?? null;
  }

  function focused() {
    return areaOf(document.activeElement);
  }

  // Listeners stand on HTML parents: an SVG element with a focus listener would become a tab stop of its own.
  for (const parent of [canvas, document.querySelector("table.league")]) {
    parent?.addEventListener("pointerover", (event) => show(areaOf(event.target) ?? focused()));
    parent?.addEventListener("pointerleave", () => show(focused()));
    parent?.addEventListener("focusin", (event) => show(areaOf(event.target)));
    parent?.addEventListener("focusout", () => show(null));
  }

  function move(code) {
    marks.get(stop).setAttribute("tabindex", "-1");
    stop = code;
    marks.get(stop).setAttribute("tabindex", "0");
    marks.get(stop).focus();
  }

  canvas.addEventListener("keydown", (event) => {
    const here = areaOf(event.target);
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const ahead = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (ahead) move(nearest(marks, here, ahead) ?? here);
    else if (event.key === "Home") move(order[0] ?? here);
    else if (event.key === "End") move(order.at(-1) ?? here);
    else if (event.key === "Escape") document.getElementById("league")?.focus();
    else return;
    event.preventDefault();
  });
}

// The nearest area in a direction: those within 45 degrees either side, near ones before straight ones.
function nearest(marks, from, [x, y]) {
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
    const box = mark.querySelector("path").getBBox();
    middles.set(mark, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  }
  return middles.get(mark);
}
