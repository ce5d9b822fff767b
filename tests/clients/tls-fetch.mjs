// fetch with a client certificate, which the built-in one cannot send. Files from the environment: MTLS_CERT, MTLS_KEY, MTLS_CA.
import { readFileSync } from 'node:fs'
import https from 'node:https'

const { MTLS_CERT, MTLS_KEY, MTLS_CA } = process.env
const credentials = MTLS_CERT && { cert: readFileSync(MTLS_CERT), key: readFileSync(MTLS_KEY), ca: readFileSync(MTLS_CA) }

export const tlsFetch = (url, options = {}) => {
  if (!String(url).startsWith('https:')) return fetch(url, options)
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers, body } = options
    const request = https.request(url, { method, headers: Object.fromEntries(new Headers(headers)), ...credentials }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('end', () => resolve(new Response(Buffer.concat(parts), { status: response.statusCode, headers: response.headers })))
    })
    request.on('error', reject)
    request.end(body === undefined ? undefined : String(body))
  })
}
