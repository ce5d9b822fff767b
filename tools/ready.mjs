// ready.mjs [--any] <url> <seconds>: waits until the address answers 200; --any takes every answer below 500.
// ready.mjs --free <port>…: prints the ports of this machine that are taken, after giving a dying process a moment.
import { createServer } from 'node:net';

const [first, ...rest] = process.argv.slice(2);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const canListen = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });

const taken = async (ports) => {
  const found = [];
  for (const port of ports)
    if (!((await canListen(port, '127.0.0.1')) && (await canListen(port, '::1')))) found.push(port);
  return found;
};

if (first === '--free') {
  let found = await taken(rest);
  for (let i = 0; i < 20 && found.length > 0; i++) {
    await pause(250);
    found = await taken(rest);
  }
  if (found.length > 0) console.log(found.join(' '));
} else {
  const any = first === '--any';
  const [url, seconds] = any ? rest : [first, ...rest];
  const end = Date.now() + Number(seconds) * 1000;
  while (Date.now() < end) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok || (any && answer?.status < 500)) process.exit(0);
    await pause(100);
  }
  process.exit(1);
}
