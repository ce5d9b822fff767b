// Somebody else's reading of Standard Webhooks (npm standardwebhooks). Standard input: a JSON array of
// { secret, headers, body }. Prints for each whether it verifies.
import { Webhook } from 'standardwebhooks'

let input = ''
for await (const chunk of process.stdin) input += chunk
console.log(JSON.stringify(JSON.parse(input).map(({ secret, headers, body }) => {
  try { new Webhook(secret).verify(body, headers); return true } catch (e) { return e.message }
})))
