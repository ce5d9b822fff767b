// Publishes every document of a folder over the REST API, each as one of the teams, a few at a time, and says how far it is.
//   node publish.mjs <base url> <file of teams and tokens> <folder of documents> [at once, 4]
// What is refused is counted by code and listed with its reason; anything but published or refused ends it.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import { join, relative } from "node:path";

const [base, teamsFile, folder, atOnce = "4"] = process.argv.slice(2);
const url = new URL(base);
const teams = readFileSync(teamsFile, "utf8").trim().split("\n").map(line => line.split("\t"));
const files = readdirSync(folder, { recursive: true }).filter(f => f.endsWith(".json")).map(f => join(folder, f)).sort();

// Two files may differ in nothing that a name keeps.
const names = new Set();
function nameOf(file) {
  const name = relative(folder, file).slice(0, -".json".length);
  const slug = "a-" + name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/-$/, "");
  const unique = slug.length <= 63 && !names.has(slug) ? slug : slug.slice(0, 53) + "-" + createHash("sha256").update(name).digest("hex").slice(0, 9);
  names.add(unique);
  return unique;
}

// A pipeline of its own for each that publishes at once, from an address of its own: the REST API limits how often one may ask.
const agents = Array.from({ length: +atOnce }, (_, i) =>
  new http.Agent({ keepAlive: true, maxSockets: 1, localAddress: url.hostname === "127.0.0.1" ? `127.0.8.${i + 1}` : undefined }));

// A document that is refused for its length is refused before it has been sent: the rest of it meets a closed connection.
const heard = new WeakSet();
function outlive(socket) {
  if (heard.has(socket)) return;
  heard.add(socket);
  socket.on("error", () => {});
}

function send(agent, token, path, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "content-length": body.length };
    const request = http.request({ host: url.hostname, port: url.port, method: "POST", path: `/api/v1${path}`, headers, agent }, response => {
      const parts = [];
      response.on("data", part => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(parts).toString() || "{}") }));
    });
    request.on("socket", outlive);
    request.on("error", reject);
    request.end(body);
  });
}

const refused = [];
const times = [];
let [next, published, operations] = [0, 0, 0];

async function publish(agent) {
  while (next < files.length) {
    const i = next++;
    const [team, token] = teams[i % teams.length];
    const name = nameOf(files[i]);
    const api = { team, name, title: relative(folder, files[i]).slice(0, 80), summary: "", classification: ["public", "internal", "confidential", "restricted"][i % 4] };
    const made = await send(agent, token, "/apis", Buffer.from(JSON.stringify(api)));
    if (made.status !== 201) throw new Error(`${name}: ${made.status} ${JSON.stringify(made.body)}`);
    const began = performance.now();
    const answer = await send(agent, token, `/apis/${name}/versions/v1/revisions`, readFileSync(files[i]));
    times.push([performance.now() - began, name]);
    if (answer.status === 200 || answer.status === 201) {
      published++;
      operations += answer.body.operations;
    } else if (answer.status >= 400 && answer.status < 500 && answer.body.code && answer.body.detail) {
      refused.push([answer.body.code, name, answer.body.detail]);
    } else {
      throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }
}

const began = performance.now();
const elapsed = () => (performance.now() - began) / 1000;
const progress = setInterval(() =>
  console.log(`${published + refused.length} of ${files.length} documents in ${elapsed().toFixed(0)} s, ${operations} operations`), 10_000);
await Promise.all(agents.map(publish));
clearInterval(progress);
const seconds = elapsed();
agents.forEach(agent => agent.destroy());

for (const [code, name, detail] of refused.sort()) console.log(`refused ${code}: ${name}: ${detail.slice(0, 160)}`);
times.sort((a, b) => a[0] - b[0]);
console.log(`one publication: p50 ${times[times.length >> 1][0].toFixed(0)} ms, p99 ${times[Math.floor(times.length * 0.99)][0].toFixed(0)} ms, the slowest ${times.at(-1)[1]} ${times.at(-1)[0].toFixed(0)} ms`);
console.log(`${published} published and ${refused.length} refused of ${files.length} documents, ${operations} operations, in ${seconds.toFixed(1)} s`);
console.log(`publish_per_s=${(files.length / seconds).toFixed(1)}`);
