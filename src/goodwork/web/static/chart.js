// Charts whose marks stand for areas: pointing at one says it and lights the same area up everywhere on the page; a
// chart is one tab stop, arrow keys go from mark to mark, Enter opens the area, Escape leaves.

import { areaOf, nearest, WAYS } from "./map.js";
import { words } from "./words.js";

export function enliven(main) {
  const lights = [];
  const lit = (code) => {
    for (const light of lights) light(code);
    for (const one of main.querySelectorAll("[data-area].on")) one.classList.remove("on");
    if (code) for (const one of main.querySelectorAll(`[data-area="${CSS.escape(code)}"]`)) one.classList.add("on");
  };
  for (const drawn of main.querySelectorAll(".drawn")) {
    const drawing = drawn.querySelector("svg");
    const marks = new Map();
    for (const mark of drawn.querySelectorAll("svg [data-area]")) {
      if (mark.querySelector(":scope > title")) marks.set(mark.dataset.area, mark);
    }
    if (marks.size > 1 && drawing) open(drawn, drawing, marks, lit);
    if (marks.size > 1 && drawing) lights.push(over(drawing, marks));
  }
}

function open(drawn, drawing, marks, lit) {
  const touched = matchMedia("(hover: none)").matches;
  const idle = words(touched ? "tapMark" : "pointMark");
  const status = said(drawn, idle);
  drawing.setAttribute("role", "group");
  const order = [...marks.keys()].sort((a, b) => across(marks.get(a)) - across(marks.get(b)));
  for (const mark of marks.values()) {
    mark.setAttribute("tabindex", "-1");
    if (mark.tagName !== "a") mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", mark.querySelector("title").textContent);
  }
  let stop = order[0];
  marks.get(stop).setAttribute("tabindex", "0");

  const name = naming(drawing);
  function show(code) {
    lit(code);
    name(marks.get(code));
    status.textContent = marks.get(code)?.querySelector("title").textContent ?? (status.dataset.idle || idle);
  }

  function move(code) {
    marks.get(stop).setAttribute("tabindex", "-1");
    stop = code;
    marks.get(stop).setAttribute("tabindex", "0");
    marks.get(stop).focus();
  }

  drawn.addEventListener("pointerover", (event) => show(areaOf(event.target) ?? areaOf(document.activeElement)));
  drawn.addEventListener("pointerleave", () => show(areaOf(document.activeElement)));
  drawn.addEventListener("focusin", (event) => show(areaOf(event.target)));
  drawn.addEventListener("focusout", () => show(null));
  drawn.addEventListener("keydown", (event) => {
    const here = areaOf(event.target);
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const way = WAYS[event.key];
    const step = order[order.indexOf(here) + (way ? way[0] || way[1] : 0)];
    if (way) move(nearest(marks, here, way) ?? step ?? here);
    else if (event.key === "Home") move(order[0]);
    else if (event.key === "End") move(order.at(-1));
    else if (event.key === "Enter") leave(here);
    else if (event.key === "Escape") event.target.blur();
    else return;
    event.preventDefault();
  });
}

// Opens an area as a link of the page does; without one, as the server calls it.
function leave(code) {
  const link = document.querySelector(`main a[href*="area/${CSS.escape(encodeURIComponent(code))}"]`);
  location.assign(link?.href ?? `/area/${encodeURIComponent(code)}`);
}

// Writes the name of an area beside its dot, inwards where there would be no room; the line under the figure speaks.
function naming(drawing) {
  const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
  text.setAttribute("class", "at-mark");
  text.setAttribute("aria-hidden", "true");
  drawing.append(text);
  return (mark) => {
    const dot = mark?.matches(".dot") && mark;
    text.textContent = dot ? dot.querySelector("title").textContent.split(/ \(|:/)[0] : "";
    if (!dot) return;
    const box = dot.getBBox();
    const inwards = box.x > 0.6 * drawing.viewBox.baseVal.width;
    text.setAttribute("text-anchor", inwards ? "end" : "start");
    text.setAttribute("x", inwards ? box.x - 4 : box.x + box.width + 4);
    text.setAttribute("y", box.y + box.height / 2 + 4);
  };
}

// Draws the outline of an area of a map once more over all others.
function over(drawing, marks) {
  const light = document.createElementNS("http://www.w3.org/2000/svg", "path");
  light.setAttribute("class", "lit");
  drawing.append(light);
  return (code) => light.setAttribute("d", marks.get(code)?.querySelector("path")?.getAttribute("d") ?? "");
}

// The line under a figure that says what is pointed at; the drawing for small screens shares it.
function said(drawn, idle) {
  const figure = drawn.closest("figure") ?? drawn.parentElement;
  const there = figure.querySelector(".pointed");
  if (there) return there;
  const status = document.createElement("p");
  status.className = "status pointed";
  status.setAttribute("role", "status");
  status.textContent = idle;
  [...figure.querySelectorAll(".drawn")].at(-1).after(status);
  return status;
}

function across(mark) {
  const box = mark.getBBox();
  return box.x + box.width / 2;
}
