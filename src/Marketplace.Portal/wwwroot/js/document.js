// Shows the stored document in Scalar. Nothing is fetched from elsewhere: no fonts, no proxy, no telemetry. With a
// sandbox token it can be tried: calls go through our relay, since the policy lets a page call nobody but us.
const scheme = "marketplace";

// The document as it stands, but for who is called and how: one bearer token, at the relay.
const tried = (document, relay) => {
  for (const path of Object.values(document.paths ?? {})) {
    delete path?.servers;
    for (const operation of Object.values(path ?? {})) if (operation && typeof operation === "object") { delete operation.security; delete operation.servers; }
  }
  document.security = [{ [scheme]: [] }];
  if (document.swagger) {
    document.securityDefinitions = { [scheme]: { type: "apiKey", in: "header", name: "Authorization" } };
    for (const key of ["host", "schemes", "basePath"]) delete document[key];
  } else {
    document.components = { ...document.components, securitySchemes: { [scheme]: { type: "http", scheme: "bearer" } } };
  }
  document.servers = [{ url: location.origin + relay, description: "Sandbox, through the marketplace" }];
  return document;
};

const place = document.getElementById("document");
if (place && globalThis.Scalar) {
  const { url, relay, token } = place.dataset;
  // Not to be found in the page afterwards.
  delete place.dataset.token;
  document.getElementById("token")?.remove();
  // Its main landmark would be the page's second one.
  new MutationObserver(() => place.querySelector("main:not([role])")?.setAttribute("role", "group")).observe(place, { childList: true, subtree: true });
  const content = token ? tried(await (await fetch(url)).json(), relay) : undefined;
  globalThis.Scalar.createApiReference(place, {
    ...(content ? { content, servers: content.servers } : { url }),
    ...(content && {
      authentication: { preferredSecurityScheme: scheme, securitySchemes: { [scheme]: content.swagger ? { value: `Bearer ${token}` } : { token } } },
    }),
    persistAuth: false,
    withDefaultFonts: false,
    telemetry: false,
    hideClientButton: true,
    hideTestRequestButton: !token,
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
