// Gets a token bound to a key with oauth4webapi and calls a protected service with it, the way RFC 9449 §7 says.
// Arguments: issuer, resource, client id, URL of the call. stdin: the secret. Prints what each call came to.
import { readFileSync } from 'node:fs'
import * as oauth from 'oauth4webapi'

const [issuer, resource, clientId, address] = process.argv.slice(2)
const secret = readFileSync(0, 'utf8').trim()
const insecure = { [oauth.allowInsecureRequests]: true }
const issuerUrl = new URL(issuer)
const server = await oauth.processDiscoveryResponse(issuerUrl, await oauth.discoveryRequest(issuerUrl, { algorithm: 'oauth2', ...insecure }))
const client = { client_id: clientId }
const keys = await oauth.generateKeyPair('ES256')
const DPoP = oauth.DPoP(client, keys)

async function ask() {
  const response = await oauth.clientCredentialsGrantRequest(
    server, client, oauth.ClientSecretBasic(secret), new URLSearchParams({ resource }), { ...insecure, DPoP })
  return oauth.processClientCredentialsResponse(server, client, response)
}
const { access_token: token } = await ask().catch((error) => (oauth.isDPoPNonceError(error) ? ask() : Promise.reject(error)))

async function call(handle) {
  try {
    const response = await oauth.protectedResourceRequest(token, 'GET', new URL(address), undefined, undefined, { ...insecure, DPoP: handle })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error
    const { response, cause } = error
    return { status: response.status, reason: response.headers.get('marketplace-reason'), challenges: cause }
  }
}
console.log(JSON.stringify({
  first: await call(DPoP),
  second: await call(DPoP),
  asBearer: await call(undefined),
  withAnotherKey: await call(oauth.DPoP(client, await oauth.generateKeyPair('ES256'))),
}))
