// The areas ticked in the league table are at once in the address, on the map and in the tray.

import { go } from "./state.js";

const MOST = 6;

export function enliven(main) {
  const tray = main.querySelector("#tray");
  if (!tray) return;
  limit(main);
  main.querySelector("table.league")?.addEventListener("change", (event) => {
    if (event.target.name !== "areas") return;
    limit(main);
    const url = new URL(location);
    const kept = (url.searchParams.get("areas") ?? "").split(",").filter((code) => code && code !== event.target.value);
    const codes = event.target.checked ? [...kept, event.target.value] : kept;
    if (codes.length) url.searchParams.set("areas", codes.join(","));
    else url.searchParams.delete("areas");
    url.hash = "";
    history.replaceState(null, "", url);
    go(url, "replace");
  });
  tray.querySelector("button.plain")?.remove();
}

// Six areas are the most that can be compared: then the other boxes are shut.
function limit(main) {
  const boxes = [...main.querySelectorAll("table.league input[name=areas]")];
  const full = boxes.filter((box) => box.checked).length >= MOST;
  for (const box of boxes) box.disabled = full && !box.checked;
}
