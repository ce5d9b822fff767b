// The whole client credentials flow with oauth4webapi, then the token with jose and as RFC 9068 asks a resource server.
// Arguments: issuer, resource, client id, method, binding (none or dpop). stdin: the secret, or the private key as JWK.
import { readFileSync } from 'node:fs'
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'
import { tlsFetch } from './tls-fetch.mjs'

const [issuer, resource, clientId, method, binding] = process.argv.slice(2)
const credential = readFileSync(0, 'utf8').trim()
const insecure = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: tlsFetch }

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
  tls_client_auth: () => oauth.TlsClientAuth(),
  self_signed_tls_client_auth: () => oauth.TlsClientAuth(),
}
const client = { client_id: clientId, use_mtls_endpoint_aliases: method.includes('tls') }
const DPoP = binding === 'dpop' ? oauth.DPoP(client, await oauth.generateKeyPair('ES256')) : undefined

async function ask() {
  const response = await oauth.clientCredentialsGrantRequest(
    server, client, await authentication[method](), new URLSearchParams({ resource }), { ...insecure, DPoP })
  return oauth.processClientCredentialsResponse(server, client, response)
}
// The first proof cannot know the nonce; the error's header told it to the handle (RFC 9449 §8).
const answer = await ask().catch((error) => (oauth.isDPoPNonceError(error) ? ask() : Promise.reject(error)))

const keys = jose.createRemoteJWKSet(new URL(server.jwks_uri))
const demands = { issuer, audience: resource, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'] }
const { payload, protectedHeader } = await jose.jwtVerify(answer.access_token, keys, demands)

// A token that is bound to a key or certificate needs the proof beside it, which is a resource server's matter.
if (!payload.cnf) {
  const call = new Request('http://provider.example/payments/1', { headers: { authorization: `Bearer ${answer.access_token}` } })
  const claims = await oauth.validateJwtAccessToken(server, call, resource, insecure)
  if (claims.jti !== payload.jti) throw new Error('oauth4webapi and jose read different tokens')
}
if (DPoP) {
  const thumbprint = await DPoP.calculateThumbprint()
  if (payload.cnf?.jkt !== thumbprint) throw new Error('the token is bound to another key')
}

// jose must refuse the same token once one character of each part is another.
for (const part of [0, 1, 2]) {
  const parts = answer.access_token.split('.')
  const at = Math.floor(parts[part].length / 2)
  parts[part] = parts[part].slice(0, at) + (parts[part][at] === 'A' ? 'B' : 'A') + parts[part].slice(at + 1)
  const refused = await jose.jwtVerify(parts.join('.'), keys, demands).then(() => false, () => true)
  if (!refused) throw new Error(`jose accepted a token with part ${part} altered`)
}

console.log(JSON.stringify({ payload, protectedHeader, answer, server }))
