// Keys for the review of a campaign; without this it is a table of checkboxes and a form.
const boxes = () => Array.from(document.querySelectorAll("#review tbody input[name=items]"));
const button = action => document.querySelector(`#review button[name=action][value=${action}]`);
const field = name => document.querySelector(`#review [name=${name}]`);
let anchor = 0;
let pending;

const tell = () => {
  const place = document.querySelector("[data-review-count]");
  if (!place) return;
  const chosen = boxes().filter(box => box.checked).length;
  place.textContent = chosen === 0 ? "Nothing selected" : `${chosen} selected`;
};

const go = index => {
  const all = boxes();
  const box = all[Math.max(0, Math.min(all.length - 1, index))];
  if (!box) return;
  box.focus({ preventScroll: true });
  box.closest("tr").scrollIntoView({ block: "nearest" });
};

const groupOf = box => Array.from(box.closest("tbody").querySelectorAll("input[name=items]"));
const toggle = some => { const on = some.some(box => !box.checked); for (const box of some) box.checked = on; };

// Sends the answer, or goes where something is missing: the reason, the day.
const answer = (action, box) => {
  const press = button(action);
  if (!press) return;
  if (box && !boxes().some(one => one.checked)) box.checked = true;
  tell();
  const missing = action === "shorten" && !field("until").value ? "until" : action !== "keep" && !field("reason").value.trim() ? "reason" : undefined;
  // Clicked, not submitted: htmx tells the button by its click.
  if (!missing) return press.click();
  pending = action;
  field(missing).focus();
};

const keys = {
  j: at => go(at + 1),
  k: at => go(at - 1),
  ArrowDown: at => go(at + 1),
  ArrowUp: at => go(at - 1),
  x: (at, box) => { if (box) { box.checked = !box.checked; anchor = at; } },
  X: (at, box) => { if (box) for (const one of boxes().slice(Math.min(anchor, at), Math.max(anchor, at) + 1)) one.checked = true; },
  g: (at, box) => { if (box) toggle(groupOf(box)); },
  a: () => toggle(boxes()),
  y: (at, box) => answer("keep", box),
  u: (at, box) => answer("keep_used", box),
  s: (at, box) => answer("shorten", box),
  r: (at, box) => answer("revoke", box),
  Escape: () => { for (const box of boxes()) box.checked = false; },
  "?": () => { const help = document.querySelector(".review-keys"); if (help) { help.open = !help.open; help.querySelector("summary").focus(); } },
};

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !document.querySelector("#review form")) return;
  if (event.target.matches("#field-reason, #field-until")) {
    if (event.key === "Escape") { pending = undefined; go(anchor); }
    else if (event.key === "Enter" && pending) { event.preventDefault(); answer(pending); }
    return;
  }
  // Letters are commands in the table alone; from the page they lead into it.
  const box = event.target.closest("#review tbody input[name=items]");
  if (!box && event.target !== document.body && !event.target.matches("main, .review-keys summary")) return;
  if (!box && !["j", "k", "?", "a"].includes(event.key)) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act(box ? boxes().indexOf(box) : -1, box);
  tell();
});

document.addEventListener("change", event => {
  const group = event.target.closest("#review [data-check-group]");
  if (group) for (const box of groupOf(group)) box.checked = group.checked;
  if (event.target.matches("#review input[name=items]")) anchor = boxes().indexOf(event.target);
  tell();
});

// After an answer the next grant stands where the answered one stood.
let stood = 0;
document.addEventListener("htmx:beforeSwap", event => {
  if (event.detail.target.id !== "review") return;
  const first = boxes().findIndex(box => box.checked);
  stood = first < 0 ? 0 : first;
  pending = undefined;
});
document.addEventListener("htmx:afterSettle", event => {
  if (event.detail.target?.id !== "review" && event.target?.id !== "review") return;
  const problem = document.querySelector("#review .problem-summary");
  if (problem) problem.focus();
  else go(stood);
  anchor = stood;
  tell();
});
tell();
