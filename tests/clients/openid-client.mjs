// The client credentials flow with openid-client, revocation and introspection included, then the token with jose.
// Arguments: issuer, resource, client id, method, binding (none or dpop). stdin: the secret, or the private key as JWK.
import { readFileSync } from 'node:fs'
import * as jose from 'jose'
import * as client from 'openid-client'
import { tlsFetch } from './tls-fetch.mjs'

const [issuer, resource, clientId, method, binding] = process.argv.slice(2)
const credential = readFileSync(0, 'utf8').trim()

async function privateKeyJwt() {
  const jwk = JSON.parse(credential)
  return client.PrivateKeyJwt({ key: await jose.importJWK(jwk, jwk.alg), kid: jwk.kid })
}
const authentication = {
  client_secret_basic: () => client.ClientSecretBasic(credential),
  client_secret_post: () => client.ClientSecretPost(credential),
  private_key_jwt: privateKeyJwt,
  tls_client_auth: () => client.TlsClientAuth(),
  self_signed_tls_client_auth: () => client.TlsClientAuth(),
}
const metadata = { use_mtls_endpoint_aliases: method.includes('tls') }
const config = await client.discovery(new URL(issuer), clientId, metadata, await authentication[method](), {
  algorithm: 'oauth2',
  execute: [client.allowInsecureRequests],
  [client.customFetch]: tlsFetch,
})
const server = config.serverMetadata()
if (!server.token_endpoint_auth_methods_supported.includes(method)) throw new Error(`${method} is not in the metadata`)

const DPoP = binding === 'dpop' ? client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) : undefined
const answer = await client.clientCredentialsGrant(config, { resource }, { DPoP })

const keys = jose.createRemoteJWKSet(new URL(server.jwks_uri))
const { payload } = await jose.jwtVerify(answer.access_token, keys, { issuer, audience: resource, typ: 'at+jwt', algorithms: ['ES256'] })

const active = await client.tokenIntrospection(config, answer.access_token)
if (!active.active || active.jti !== payload.jti) throw new Error('introspection does not know the token')
await client.tokenRevocation(config, answer.access_token)
const revoked = await client.tokenIntrospection(config, answer.access_token)
if (JSON.stringify(revoked) !== '{"active":false}') throw new Error('a revoked token is active')

console.log(JSON.stringify({ payload, type: answer.token_type }))
