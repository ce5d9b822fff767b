// ready.mjs <seconds> <url>…: waits until every address answers 200, or any:<url> anything below 500; prints those that do not.
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
  const end = Date.now() + Number(first) * 1000;
  const isReady = async (name) => {
    const any = name.startsWith('any:');
    while (Date.now() < end) {
      const answer = await fetch(any ? name.slice(4) : name).catch(() => null);
      if (answer?.ok || (any && answer?.status < 500)) return true;
      await pause(50);
    }
    return false;
  };
  const ready = await Promise.all(rest.map(isReady));
  const missing = rest.filter((_, i) => !ready[i]);
  for (const name of missing) console.error(`Not ready: ${name.replace('any:', '')}`);
  process.exit(missing.length > 0 ? 1 : 0);
}
