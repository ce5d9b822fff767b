// Which tests take the time, of what test.sh left: node tools/slowest.mjs [TestResults] [how many]
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folder = 'TestResults', count = '25'] = process.argv.slice(2);
const tests = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.xml'))) {
  for (const [, attributes] of readFileSync(join(folder, file), 'utf8').matchAll(/<test ([^>]*)/g)) {
    const of = (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    tests.push({ project: file.slice(0, -4), type: of('type'), name: of('name'), seconds: Number(of('time')) });
  }
}

const show = (title, key) => {
  const sums = new Map();
  for (const test of tests) {
    const sum = sums.get(key(test)) ?? { seconds: 0, tests: 0 };
    sums.set(key(test), { seconds: sum.seconds + test.seconds, tests: sum.tests + 1 });
  }
  console.log(`\n${title}`);
  for (const [name, sum] of [...sums].sort((a, b) => b[1].seconds - a[1].seconds).slice(0, Number(count))) {
    console.log(`${sum.seconds.toFixed(1).padStart(8)} s  ${name}${sum.tests > 1 ? ` (${sum.tests})` : ''}`);
  }
};

show('Projects', (test) => test.project);
show('Classes', (test) => test.type);
show('Tests', (test) => test.name.slice(0, 160));
