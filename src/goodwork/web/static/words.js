// Texts that modules write on a page, in its language: the page carries them by name.

const carried = JSON.parse(document.getElementById("words").textContent);

// A text by its name, with facts put into its holes.
export function words(name, facts = {}) {
  return filled(carried[name], facts);
}

// A text with facts put into its holes.
export function filled(template, facts) {
  return template.replace(/\{(\w+)\}/g, (_, hole) => facts[hole]);
}
