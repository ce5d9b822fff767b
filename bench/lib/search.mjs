// Readers who search at once, each waiting for its answer before it asks again: the REST API first, then whole pages.
//   node search.mjs <base url> <user name> <password> [seconds each, 15] [readers, 32]
// Each reader comes from a loopback address of its own: the REST API limits how often one address may ask.
import { readFileSync } from "node:fs";
import http from "node:http";

const [base, user, password, seconds = "15", readers = "32"] = process.argv.slice(2);
const url = new URL(base);

const typed = readFileSync(new URL("../../tests/Marketplace.Core.Tests/Catalog/Search/queries.tsv", import.meta.url), "utf8")
  .split("\n").filter(line => line && !line.startsWith("#")).map(line => line.split("\t")[0]);
// What a person sends while typing, with filters and without any word.
const others = ["", "p", "pay", "get", "list users", "create", "api", "payments"];
const filters = ["", "", "", "&method=GET", "&method=POST&lifecycle=published", "&classification=internal", "&team=team-1", "&page=2", "@callable", "@owned"];
const asked = [...typed, ...typed, ...others].flatMap((q, i) => [0, 1, 2].map(n => ({ q, filter: filters[(i * 3 + n * 7) % filters.length], apis: (i + n) % 8 === 0 })));

const rest = ({ q, filter, apis }) => `/api/v1/${apis ? "apis" : "operations"}?limit=30&facets=true&q=${encodeURIComponent(q)}${filter.replace("@callable", "&callable=true").replace("@owned", "&owned=true")}`;
const page = ({ q, filter, apis }) => `/catalog?q=${encodeURIComponent(q)}${apis ? "&in=apis" : ""}${filter.startsWith("@") ? "&mine=" + filter.slice(1) : filter}`;

function send(path, { method = "GET", headers = {}, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: url.hostname, port: url.port, path, method, agent, headers }, response => {
      let length = 0;
      const parts = [];
      response.on("data", part => { length += part.length; if (body !== undefined || agent === undefined) parts.push(part); });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, length, text: () => Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function accessToken() {
  const basic = "Basic " + Buffer.from(`${user}:${password}`).toString("base64");
  const made = await send("/api/v1/me/access-tokens", { method: "POST", headers: { authorization: basic, "content-type": "application/json" }, body: JSON.stringify({ name: "bench", days: 1 }) });
  if (made.status !== 201) throw new Error(`No access token: ${made.status} ${made.text()}`);
  const body = JSON.parse(made.text());
  return { authorization: `Bearer ${body.token ?? body.value}` };
}

const cookiesOf = (answer, known = "") => {
  const jar = new Map(known.split("; ").filter(Boolean).map(c => [c.split("=")[0], c]));
  for (const cookie of answer.headers["set-cookie"] ?? []) jar.set(cookie.split("=")[0], cookie.split(";")[0]);
  return [...jar.values()].join("; ");
};

async function session() {
  const form = await send("/sign-in");
  const field = form.text().match(/name="(__RequestVerificationToken)"[^>]*value="([^"]+)"/);
  const body = new URLSearchParams({ [field[1]]: field[2], userName: user, password }).toString();
  const cookie = cookiesOf(form);
  const signedIn = await send("/sign-in", { method: "POST", headers: { cookie, "content-type": "application/x-www-form-urlencoded" }, body });
  if (signedIn.status !== 303 && signedIn.status !== 302) throw new Error(`No session: ${signedIn.status}`);
  return { cookie: cookiesOf(signedIn, cookie), accept: "text/html" };
}

async function measure(path, headers, forSeconds) {
  const times = [];
  const end = performance.now() + forSeconds * 1000;
  let next = 0;
  await Promise.all(Array.from({ length: +readers }, async (_, i) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1, localAddress: url.hostname === "127.0.0.1" ? `127.0.7.${i + 1}` : undefined });
    while (performance.now() < end) {
      const began = performance.now();
      const answer = await send(path(asked[next++ % asked.length]), { headers, agent });
      if (answer.status !== 200) throw new Error(`${path(asked[(next - 1) % asked.length])}: ${answer.status}`);
      times.push(performance.now() - began);
    }
    agent.destroy();
  }));
  times.sort((a, b) => a - b);
  const at = share => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  return { rate: Math.round(times.length / forSeconds), p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

for (const [name, path, headers] of [["search", rest, await accessToken()], ["page", page, await session()]]) {
  // Until the runtime has compiled what is hot.
  await measure(path, headers, +seconds);
  const { rate, p50, p95, p99 } = await measure(path, headers, +seconds);
  console.log(`${name}: ${readers} readers at once, ${rate} per second, p50 ${p50} ms, p99 ${p99} ms`);
  console.log(`${name}_p95_ms=${p95}`);
}
