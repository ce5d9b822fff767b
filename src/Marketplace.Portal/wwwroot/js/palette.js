// A slash opens the search over everything; arrows choose, Enter opens, Escape closes (the dialog's own).
const palette = document.getElementById("palette");
const typed = palette?.querySelector("[role=combobox]");
const options = () => Array.from(palette.querySelectorAll("[role=option]"));

const choose = option => {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  typed.setAttribute("aria-expanded", String(options().length > 0));
  if (!option) return typed.removeAttribute("aria-activedescendant");
  option.id ||= `palette-option-${options().indexOf(option)}`;
  typed.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", event => {
  // Closed, the dialog keeps its field focused until the next frame.
  const typing = event.target.closest("input, textarea, select, [contenteditable]") && (event.target !== typed || palette.open);
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // The catalog is this search, only larger.
  const search = document.querySelector("main form#search input[type=search]");
  if (search) search.focus();
  else if (palette && !palette.open) {
    palette.showModal();
    typed.select();
  } else return;
  event.preventDefault();
});

typed?.addEventListener("keydown", event => {
  const all = options();
  const at = all.findIndex(option => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1;
    choose(all.at(next % all.length));
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    all[at].click();
  }
});

// The best is chosen until an arrow says otherwise.
palette?.addEventListener("htmx:afterSettle", () => choose(options()[0]));
// On the backdrop the dialog itself is what was clicked.
palette?.addEventListener("click", event => { if (event.target === palette) palette.close(); });
