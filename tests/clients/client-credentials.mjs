// The whole client credentials flow with oauth4webapi, then the token with jose and as RFC 9068 asks a resource server.
// Arguments: issuer, resource, client id, method. stdin: the secret, or the private key as JWK.
import { readFileSync } from 'node:fs'
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'

const [issuer, resource, clientId, method] = process.argv.slice(2)
const credential = readFileSync(0, 'utf8').trim()
const insecure = { [oauth.allowInsecureRequests]: true }

const issuerUrl = new URL(issuer)
const discovered = await oauth.discoveryRequest(issuerUrl, { algorithm: 'oauth2', ...insecure })
const server = await oauth.processDiscoveryResponse(issuerUrl, discovered)

async function privateKeyJwt() {
  const jwk = JSON.parse(credential)
  const key = await jose.importJWK(jwk, jwk.alg)
  return oauth.PrivateKeyJwt(jwk.kid ? { key, kid: jwk.kid } : key)
}
const authentication = {
  client_secret_basic: () => oauth.ClientSecretBasic(credential),
  client_secret_post: () => oauth.ClientSecretPost(credential),
  private_key_jwt: privateKeyJwt,
}
const client = { client_id: clientId }
const response = await oauth.clientCredentialsGrantRequest(
  server, client, await authentication[method](), new URLSearchParams({ resource }), insecure)
const answer = await oauth.processClientCredentialsResponse(server, client, response)

const keys = jose.createRemoteJWKSet(new URL(server.jwks_uri))
const demands = { issuer, audience: resource, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'] }
const { payload, protectedHeader } = await jose.jwtVerify(answer.access_token, keys, demands)

const call = new Request('http://provider.example/payments/1', { headers: { authorization: `Bearer ${answer.access_token}` } })
const claims = await oauth.validateJwtAccessToken(server, call, resource, insecure)
if (claims.jti !== payload.jti) throw new Error('oauth4webapi and jose read different tokens')

// jose must refuse the same token once one character of each part is another.
for (const part of [0, 1, 2]) {
  const parts = answer.access_token.split('.')
  const at = Math.floor(parts[part].length / 2)
  parts[part] = parts[part].slice(0, at) + (parts[part][at] === 'A' ? 'B' : 'A') + parts[part].slice(at + 1)
  const refused = await jose.jwtVerify(parts.join('.'), keys, demands).then(() => false, () => true)
  if (!refused) throw new Error(`jose accepted a token with part ${part} altered`)
}

console.log(JSON.stringify({ payload, protectedHeader, answer, server }))
