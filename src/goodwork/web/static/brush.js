// A rectangle drawn over a chart with the mouse marks the areas in it everywhere on the page, the map among them, and
// the line under the chart names them. A click beside the marks, or Escape, takes it away. Everything it shows can also
// be had mark by mark, with the keyboard.

import { words } from "./words.js";

const LEAST = 5;
const NAMED = 8;

export function enliven(main) {
  for (const drawn of main.querySelectorAll(".drawn:not(.map)")) {
    const marks = [...drawn.querySelectorAll("svg [data-area]")].filter((mark) => mark.querySelector(":scope > title"));
    if (marks.length > 1) brush(main, drawn, marks);
  }
}

function brush(main, drawn, marks) {
  const frame = document.createElement("div");
  frame.className = "brush";
  frame.hidden = true;
  drawn.append(frame);
  let start = null;

  function cover(event) {
    const here = drawn.getBoundingClientRect();
    const [left, right] = [start.x, event.clientX].sort((a, b) => a - b);
    const [top, bottom] = [start.y, event.clientY].sort((a, b) => a - b);
    frame.hidden = right - left < LEAST || bottom - top < LEAST;
    Object.assign(frame.style, { left: `${left - here.left}px`, top: `${top - here.top}px`,
      width: `${right - left}px`, height: `${bottom - top}px` });
    mark(frame.hidden ? [] : marks.filter((one) => inside(one.getBoundingClientRect(), left, right, top, bottom)));
  }

  // Marks the areas of some marks, and no others.
  function mark(within) {
    const codes = new Set(within.map((one) => one.dataset.area));
    for (const one of main.querySelectorAll("[data-area]")) one.classList.toggle("brushed", codes.has(one.dataset.area));
    main.classList.toggle("brushing", codes.size > 0);
    const status = drawn.closest("figure")?.querySelector(".pointed");
    if (!status) return;
    const names = within.map((one) => one.querySelector("title").textContent.split(/ \(|: /)[0]);
    const facts = { n: names.length, names: names.slice(0, NAMED).join("; "), more: names.length - NAMED };
    status.dataset.idle = names.length ? words(names.length > NAMED ? "brushedMore" : "brushed", facts) : "";
    status.textContent = status.dataset.idle || status.textContent;
  }

  drawn.addEventListener("pointerdown", (event) => {
    if (event.button || event.pointerType !== "mouse" || event.target.closest("[data-area]")) return;
    start = { x: event.clientX, y: event.clientY };
    event.preventDefault();
    drawn.setPointerCapture(event.pointerId);
    cover(event);
  });
  drawn.addEventListener("pointermove", (event) => start && cover(event));
  drawn.addEventListener("pointerup", () => (start = null));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || frame.hidden) return;
    frame.hidden = true;
    mark([]);
  });
}

function inside(box, left, right, top, bottom) {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return x >= left && x <= right && y >= top && y <= bottom;
}
