// A step on the map swaps it in place and keeps where one looks; without this, each link is a page of its own.
const middle = () => {
  const frame = document.querySelector(".map-frame");
  if (frame) frame.scrollLeft = Number(frame.dataset.middle) - frame.clientWidth / 2;
};
middle();

document.addEventListener("click", async event => {
  const link = event.target.closest("#map a[data-map]");
  if (!link || !globalThis.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const [address, part] = link.getAttribute("href").split("#");
  const frame = document.querySelector(".map-frame");
  const seen = frame && { x: frame.scrollLeft, y: frame.scrollTop, start: frame.dataset.start };
  const focused = link.id;
  await globalThis.htmx.ajax("GET", address, { target: "#map", swap: "outerHTML" });
  const now = document.querySelector(".map-frame");
  if (now && seen && now.dataset.start === seen.start) now.scrollTo(seen.x, seen.y);
  else middle();
  const place = part && document.getElementById(part);
  (place || document.getElementById(focused) || now)?.focus({ preventScroll: !place });
  if (place) place.scrollIntoView({ block: "nearest" });
});
