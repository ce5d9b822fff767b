// Asks for tokens in turn at every address and verifies each with jose's remote key set, as it comes, until the file exists.
// Arguments: issuer, resource, client id, stop file, least milliseconds between two looks for keys, addresses. stdin: the secret. Prints what it saw.
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import * as jose from 'jose'

const [issuer, audience, clientId, stopFile, cooldown, ...addresses] = process.argv.slice(2)
const secret = readFileSync(0, 'utf8').trim()
const authorization = 'Basic ' + Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')
const keys = jose.createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { cooldownDuration: Number(cooldown) })
const first = new Map() // by kid: a token to verify again later
const failures = []
let verified = 0

async function verify(token) {
  await jose.jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] })
  verified++
}

for (let turn = 0; !existsSync(stopFile); turn++) {
  try {
    const answer = await fetch(`${addresses[turn % addresses.length]}/oauth/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
    })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    const { access_token: token } = await answer.json()
    const { kid } = jose.decodeProtectedHeader(token)
    if (!first.has(kid)) first.set(kid, token)
    await verify(token)
    for (const older of first.values()) await verify(older)
  } catch (error) {
    failures.push(`${new Date().toISOString()} ${error.code ?? ''} ${error.message}`)
  }
  await setTimeout(30)
}
console.log(JSON.stringify({ verified, keys: first.size, failures }))
