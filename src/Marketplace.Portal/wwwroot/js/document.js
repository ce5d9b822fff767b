// Shows the stored document in Scalar. Nothing is fetched from elsewhere: no fonts, no proxy, no telemetry.
const place = document.getElementById("document");
if (place && globalThis.Scalar) {
  // Its main landmark would be the page's second one.
  new MutationObserver(() => place.querySelector("main:not([role])")?.setAttribute("role", "group")).observe(place, { childList: true, subtree: true });
  globalThis.Scalar.createApiReference(place, {
    url: place.dataset.url,
    withDefaultFonts: false,
    telemetry: false,
    hideClientButton: true,
    // The policy lets a page call nobody but us, so trying a call from here could only fail.
    hideTestRequestButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    theme: "default",
    layout: "modern",
    hideDarkModeToggle: true,
    forceDarkModeState: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    documentDownloadType: "none",
  });
}
