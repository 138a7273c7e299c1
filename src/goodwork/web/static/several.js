// Several areas chosen on the map by mouse or touch: with Ctrl or Shift held, or with the switch under the map on, an area
// pointed at is ticked in the table, which puts it into the address, the tray and the map; otherwise it opens as ever.

import { areaOf } from "./map.js";
import { words } from "./words.js";

let on = false; // stays while the content of the page changes

export function enliven(main) {
  const canvas = main.querySelector("#canvas");
  const status = main.querySelector("#status");
  if (!canvas?.querySelector("a[data-area]") || !main.querySelector("#tray")) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "plain several", textContent: words("several") });
  button.title = words("severalHow");
  button.setAttribute("aria-pressed", String(on));
  button.addEventListener("click", () => {
    on = !on;
    button.setAttribute("aria-pressed", String(on));
    status.textContent = words(on ? "severalOn" : "severalOff");
  });
  status.after(button);

  canvas.addEventListener("click", (event) => {
    const code = areaOf(event.target);
    if (!code || event.button || !(on || event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    const box = [...main.querySelectorAll("table.league input[name=areas]")].find((one) => one.value === code);
    if (!box) status.textContent = words("notListed");
    else if (box.disabled) status.textContent = words("full");
    else box.click();
  });
}
