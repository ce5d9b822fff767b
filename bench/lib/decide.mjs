// The peer: npm jose's jwtVerify and a Map lookup, on the same tokens and grants. Many calls are under way at once, since
// one at a time would wait for the thread pool. Argument: the folder of `Marketplace.Bench decide write`.
// Prints decisions per CPU-second of all its threads.
import { readFileSync } from 'node:fs'
import * as jose from 'jose'

const folder = process.argv[2]
const keys = jose.createLocalJWKSet(JSON.parse(readFileSync(`${folder}/jwks.json`, 'utf8')))
const snapshot = JSON.parse(readFileSync(`${folder}/snapshot.json`, 'utf8'))
const demands = { issuer: snapshot.iss, audience: snapshot.aud, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'client_id'] }
// Its own matching is spared: which operation a call means is known beforehand.
const grants = new Map(snapshot.grants.map((grant) => [grant.client, grant]))
const calls = readFileSync(`${folder}/calls`, 'utf8').trim().split('\n').map((line) => line.slice(0, line.indexOf(' ')))

async function decide(token) {
  const { payload } = await jose.jwtVerify(token, keys, demands)
  const grant = grants.get(payload.client_id)
  const now = Date.now() / 1000
  if (!grant || grant.from > now || grant.until <= now) throw new Error('not granted')
}
async function all(tokens) {
  let next = 0
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (next < tokens.length) await decide(tokens[next++])
  }))
}

const warm = calls.length / 2
await all(calls.slice(0, warm))
const before = process.cpuUsage()
await all(calls.slice(warm))
const { user, system } = process.cpuUsage(before)
console.log(Math.round((calls.length - warm) / ((user + system) / 1e6)))
