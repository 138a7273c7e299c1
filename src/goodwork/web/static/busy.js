// What takes long says so: a link or a button whose answer is still awaited after a moment is marked as busy and has
// "Working it out…" beside it. A report is made first and opened then, because the page stays while it is made.

import { words } from "./words.js";

const MOMENT = 400; // milliseconds
const MADE = /\.(pdf|xlsx|zip|png)$/;
const SAVED = /\.(csv|parquet)$/; // saved as it comes: the page stays

export function enliven() {
  document.addEventListener("click", clicked);
  document.addEventListener("submit", (event) => {
    const one = event.submitter ?? event.target.querySelector("button");
    if (one) wait(event, one);
  });
  addEventListener("pageshow", () => document.querySelectorAll("[aria-busy=true]").forEach(end)); // come back to
}

function clicked(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const to = new URL(link.getAttribute("href"), location); // a link of a drawing has no address of its own
  const same = to.pathname + to.search === location.pathname + location.search;
  if (same || to.origin !== location.origin || link.getAttribute("target") || link.hasAttribute("download")) return;
  if (SAVED.test(to.pathname)) return;
  if (!MADE.test(to.pathname)) {
    wait(event, link);
    return;
  }
  event.preventDefault();
  begin(link);
  fetch(to).then((answer) => answer.blob()).catch(() => {}).finally(() => {
    end(link);
    location.assign(to);
  });
}

function wait(event, one) {
  setTimeout(() => event.defaultPrevented || begin(one), MOMENT);
}

function begin(one) {
  if (one.getAttribute("aria-busy") === "true") return;
  one.setAttribute("aria-busy", "true");
  const note = document.createElement("span");
  note.className = "working";
  note.textContent = ` ${words("working")}`;
  if (one instanceof HTMLElement) one.after(note);
  const said = document.getElementById("said");
  if (said) said.textContent = words("working");
}

function end(one) {
  one.removeAttribute("aria-busy");
  if (one.nextElementSibling?.classList.contains("working")) one.nextElementSibling.remove();
}
