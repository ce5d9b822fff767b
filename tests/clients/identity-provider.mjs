// A company's identity provider: npm oidc-provider with its own sign-in and consent pages, which take any password.
// Arguments: port, the marketplace's address. POST /test/people/<sub> with a JSON object sets that person's claims.
import { Provider } from 'oidc-provider'
import { generateKeyPairSync, randomBytes } from 'node:crypto'

const [port, marketplace] = process.argv.slice(2)
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const people = new Map()

const provider = new Provider(`http://localhost:${port}`, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  clients: [{
    client_id: 'marketplace',
    client_secret: 'company-secret-0123456789',
    redirect_uris: [`${marketplace}/sign-in/company/callback`],
    post_logout_redirect_uris: [`${marketplace}/sign-in`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: 'ES256',
    backchannel_logout_uri: `${marketplace}/sign-in/company/back-channel`,
    backchannel_logout_session_required: true,
  }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
  pkce: { required: () => true },
  features: { backchannelLogout: { enabled: true } },
  // It calls nobody on the machine itself; here that is where the marketplace is.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
})

const logouts = []
provider.on('backchannel.success', () => logouts.push('success'))
provider.on('backchannel.error', (_, error) => logouts.push(String(error)))
provider.use(async (ctx, next) => {
  if (ctx.path === '/test/logouts') return void (ctx.body = logouts)
  const person = ctx.path.match(/^\/test\/people\/(\w+)$/)
  if (!person) return next()
  const chunks = []
  for await (const chunk of ctx.req) chunks.push(chunk)
  people.set(person[1], JSON.parse(Buffer.concat(chunks)))
  ctx.status = 204
})
provider.listen(port, 'localhost')
