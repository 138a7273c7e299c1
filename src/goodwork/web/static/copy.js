// Words that may be taken along (a citation, a finding, a link) get a button that copies them. Without it they stand
// there as text that can be selected. A citation names the page where it stands, which only the browser knows.

import { words } from "./words.js";

export function enliven(main) {
  for (const cited of main.querySelectorAll(".cite [data-copy]")) {
    cited.textContent = cited.textContent.replace(/(?<= )\/(?:[a-z?]\S*?)?(?=\.?(\s|$))/, (path) => lasting(path));
  }
  if (!navigator.clipboard) return;
  for (const held of main.querySelectorAll("[data-copy]")) {
    if (held.nextElementSibling?.classList.contains("copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = held.dataset.copy || words("copy");
    button.addEventListener("click", async () => {
      const said = document.getElementById("said");
      try {
        await navigator.clipboard.writeText(held.href ?? held.textContent.replace(/\s+/g, " ").trim());
        button.textContent = words("copied");
      } catch {
        getSelection().selectAllChildren(held);
        button.textContent = words("selected");
      }
      if (said) said.textContent = button.textContent;
      setTimeout(() => { button.textContent = held.dataset.copy || words("copy"); }, 3000);
    });
    held.after(button);
  }
}

// Where a page works something out itself, what may be taken along says the same as the page.
export function restate({ sentence, query }) {
  for (const one of sentence ? document.querySelectorAll(".aloud [data-copy] > span") : []) one.textContent = sentence;
  for (const one of query === undefined ? [] : document.querySelectorAll(".cite [data-copy]")) {
    one.textContent = one.textContent.replace(/(\/weights\/?)\S*?(?=\.?(\s|$))/, (_, path) => path + query);
  }
}

// A published copy says itself where it lasts.
function lasting(path) {
  return document.querySelector("link[rel=canonical]")?.href ?? new URL(path, location.origin).href;
}
