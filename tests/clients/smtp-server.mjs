// Somebody else's mail server (npm smtp-server), and somebody else's reading of what it takes (npm postal-mime).
// Arguments: a PEM file with a certificate and its key. Prints the three ports, STARTTLS with sign-in, TLS with sign-in,
// and neither; then each e-mail as a line of JSON. Who is written to says what happens:
//   busy-…@    451, but the second time it is taken     never-…@   550
//   broken-…@  the connection ends after the text       greylist@  450
//   silent-…@  the first time it is taken, and nobody is ever told so
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import PostalMime from 'postal-mime'

const pem = readFileSync(process.argv[2])
const seen = new Set()
const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code })

const options = {
  key: pem, cert: pem, logger: false, disableReverseLookup: true, authMethods: ['PLAIN', 'LOGIN'],
  onAuth: ({ username, password }, _, done) =>
    username === 'marketplace' && password === 'a secret, of sorts' ? done(null, { user: username }) : done(refusal(535, 'Wrong name or password')),
  onMailFrom: ({ address }, _, done) => done(address.endsWith('@bank.example') ? null : refusal(553, 'Not your address')),
  onRcptTo: ({ address }, _, done) => {
    if (address.startsWith('never-')) return done(refusal(550, 'No such mailbox'))
    if (address.startsWith('busy-') && !seen.has(address)) { seen.add(address); return done(refusal(451, 'Come back later')) }
    if (address.startsWith('greylist')) return done(refusal(450, 'Never now'))
    done()
  },
  onData: async (stream, session, done) => {
    const raw = await buffer(stream)
    const to = session.envelope.rcptTo[0].address
    if (to.startsWith('broken-') && !seen.has(to)) { seen.add(to); return done(refusal(421, 'Gone')) }
    const mail = await PostalMime.parse(raw)
    console.log(JSON.stringify({
      to, from: session.envelope.mailFrom.address, secure: session.secure, user: session.user ?? null, subject: mail.subject, text: mail.text, html: mail.html,
      sender: mail.from, reader: mail.to[0], messageId: mail.messageId, headers: Object.fromEntries(mail.headers.map(h => [h.key, h.value])),
      count: mail.headers.length, longest: Math.max(...raw.toString('latin1').split('\r\n').map(line => line.length)), ascii: raw.every(byte => byte < 128),
    }))
    if (to.startsWith('silent-') && !seen.has(to)) return seen.add(to)
    done()
  },
}

const servers = [{}, { secure: true }, { authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] }].map(more => new SMTPServer({ ...options, ...more }))
for (const server of servers) server.on('error', () => {})
const ports = await Promise.all(servers.map(server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.server.address().port)))))
console.log(JSON.stringify({ ports }))
