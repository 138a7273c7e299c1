// Words that may be taken along (a citation, a finding, code for a frame) get a button that copies them. Without it they
// stand there as text that can be selected.

export function enliven(main) {
  if (!navigator.clipboard) return;
  for (const words of main.querySelectorAll("[data-copy]")) {
    if (words.nextElementSibling?.classList.contains("copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.dataset.copy || "Copy";
    button.addEventListener("click", async () => {
      const said = document.getElementById("said");
      try {
        await navigator.clipboard.writeText(words.textContent.replace(/\s+/g, " ").trim());
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(words);
        button.textContent = "Selected: copy with your keyboard";
      }
      if (said) said.textContent = button.textContent;
      setTimeout(() => { button.textContent = words.dataset.copy || "Copy"; }, 3000);
    });
    words.after(button);
  }
}
