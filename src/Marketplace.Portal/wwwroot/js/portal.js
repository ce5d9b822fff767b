// Small comforts; every page works without them.
// One open question at a time; Escape closes it.
document.addEventListener("toggle", event => {
  if (!event.target.matches?.("details.confirm[open]")) return;
  for (const other of document.querySelectorAll("details.confirm[open]")) if (other !== event.target) other.open = false;
}, true);
document.addEventListener("keydown", event => {
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.confirm[open]")) { open.open = false; open.querySelector("summary").focus(); }
});

// A checkbox that ticks all of its table's shown rows.
document.addEventListener("change", event => {
  const all = event.target.closest("[data-check-all]");
  if (all) for (const box of all.closest("table").querySelectorAll("tbody input[type=checkbox]")) if (!box.closest("tr").hidden) box.checked = all.checked;
});

// Copies the code beside the button; without a clipboard (plain http elsewhere than on this machine) there is no button.
if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.closest("figure").querySelector("code").textContent);
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
});

// How many endpoints are chosen.
document.documentElement.classList.add("script");
const count = form => {
  const place = form?.querySelector("[data-selected-count]");
  if (!place) return;
  const hidden = form.querySelectorAll("input[type=hidden][name=operation]").length;
  const chosen = form.querySelectorAll("input[name=operation]:checked").length + hidden;
  place.textContent = chosen === 0
    ? "Choose the endpoints that you need."
    : `${chosen} endpoint${chosen === 1 ? "" : "s"} chosen${hidden === 0 ? "" : `, ${hidden} not shown here`}`;
};
document.addEventListener("change", event => count(event.target.closest("form")));

// What is chosen stays chosen when a filter or a page shows other endpoints.
let chosen = [];
document.addEventListener("htmx:beforeSwap", event => {
  if (event.detail.target.id !== "endpoints") return;
  const inputs = event.detail.target.querySelectorAll("input[name=operation]:checked, input[type=hidden][name=operation]");
  chosen = Array.from(inputs, input => input.value);
});
document.addEventListener("htmx:afterSettle", () => {
  const form = document.getElementById("endpoints");
  if (!form || chosen.length === 0) return;
  for (const key of chosen.splice(0)) {
    const box = Array.from(form.elements).find(input => input.name === "operation" && input.value === key);
    if (box) box.checked = true;
    else form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "operation", value: key }));
  }
  count(form);
});
