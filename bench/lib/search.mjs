// Readers who search at once, each waiting for its answer before it asks again: the REST API first, then whole pages.
//   node search.mjs <base url> <user name> <password> [seconds each, 15] [readers, 32] [search or page, both]
// Readers keep their cookies, as browsers do. Each comes from a loopback address of its own: the REST API limits how often one address may ask.
import { readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";

const [base, user, password, seconds = "15", readers = "32", only] = process.argv.slice(2);
const url = new URL(base);

const typed = readFileSync(new URL("../../tests/Marketplace.Core.Tests/Catalog/Search/queries.tsv", import.meta.url), "utf8")
  .split("\n").filter(line => line && !line.startsWith("#")).map(line => line.split("\t")[0]);
// What a person sends while typing, with filters and without any word.
const others = ["", "p", "pay", "get", "list users", "create", "api", "payments"];
const filters = ["", "", "", "&method=GET", "&method=POST&lifecycle=published", "&classification=internal", "&team=team-1", "&page=2", "@callable", "@owned"];
const asked = [...typed, ...typed, ...others].flatMap((q, i) => [0, 1, 2].map(n => ({ q, filter: filters[(i * 3 + n * 7) % filters.length], apis: (i + n) % 8 === 0 })));

const rest = ({ q, filter, apis }) => `/api/v1/${apis ? "apis" : "operations"}?limit=30&facets=true&q=${encodeURIComponent(q)}${filter.replace("@callable", "&callable=true").replace("@owned", "&owned=true")}`;
const page = ({ q, filter, apis }) => `/catalog?q=${encodeURIComponent(q)}${apis ? "&in=apis" : ""}${filter.startsWith("@") ? "&mine=" + filter.slice(1) : filter}`;

function send(path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: url.hostname, port: url.port, path, method, headers }, response => {
      const parts = [];
      response.on("data", part => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: () => Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function accessToken() {
  const basic = "Basic " + Buffer.from(`${user}:${password}`).toString("base64");
  const made = await send("/api/v1/me/access-tokens", { method: "POST", headers: { authorization: basic, "content-type": "application/json" }, body: JSON.stringify({ name: "bench", days: 1, scopes: ["read", "publish", "request", "decide", "administer", "account"] }) });
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

// One reader's connection. Node's own client costs as much as a search, on the same two cores: of an answer only its
// end, its status and its cookies are looked for, as a browser would keep them.
class Reader {
  constructor(number, headers) {
    this.headers = { ...headers };
    this.socket = net.connect({ host: url.hostname, port: url.port, localAddress: url.hostname === "127.0.0.1" ? `127.0.7.${number}` : undefined });
    this.socket.setNoDelay(true);
    this.socket.on("data", part => this.take(part));
    this.socket.on("error", error => this.reject(error));
    this.socket.on("close", () => this.reject(new Error("The connection was closed.")));
  }

  get(path) {
    const headers = Object.entries(this.headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    this.left = undefined;
    this.socket.write(`GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\n${headers}\r\n`);
    return new Promise((resolve, reject) => { this.resolve = resolve; this.reject = reject; });
  }

  take(part) {
    if (this.left === undefined) {
      const end = part.indexOf("\r\n\r\n");
      if (end < 0) return this.reject(new Error("The head of an answer came in pieces."));
      const head = part.latin1Slice(0, end);
      this.status = +head.slice(9, 12);
      const cookies = [...head.matchAll(/^set-cookie: ([^;\r]+)/gim)].map(m => m[1]);
      if (cookies.length > 0) this.headers.cookie = cookiesOf({ headers: { "set-cookie": cookies } }, this.headers.cookie);
      const length = head.match(/^content-length: (\d+)/im);
      this.left = length ? +length[1] : Infinity;
      part = part.subarray(end + 4);
    }
    this.left -= part.length;
    // The last chunk (RFC 9112 §7.1). Nothing follows an answer before the next question.
    if (this.left <= 0 || (this.left === Infinity && part.length >= 5 && part.latin1Slice(part.length - 5) === "0\r\n\r\n")) this.resolve(this.status);
  }

  close() {
    this.reject = () => {};
    this.socket.destroy();
  }
}

async function measure(path, headers, forSeconds) {
  const times = [];
  const end = performance.now() + forSeconds * 1000;
  let next = 0;
  await Promise.all(Array.from({ length: +readers }, async (_, i) => {
    const reader = new Reader(i + 1, headers);
    while (performance.now() < end) {
      const began = performance.now();
      const what = path(asked[next++ % asked.length]);
      const status = await reader.get(what);
      if (status !== 200) throw new Error(`${what}: ${status}`);
      times.push(performance.now() - began);
    }
    reader.close();
  }));
  times.sort((a, b) => a - b);
  const at = share => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  return { count: times.length, rate: Math.round(times.length / forSeconds), p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

for (const [name, path, headers] of [["search", rest, await accessToken()], ["page", page, await session()]].filter(([name]) => !only || name === only)) {
  // Until the runtime has compiled what is hot.
  await measure(path, headers, +seconds);
  const { rate, p50, p95, p99 } = await measure(path, headers, +seconds);
  console.log(`${name}: ${readers} readers at once, ${rate} per second, p50 ${p50} ms, p99 ${p99} ms`);
  console.log(`${name}_p95_ms=${p95}`);
}
