// Sums what the projects wrote. A project without a result, or without a test, has failed; so has a skipped test:
// what did not run proves nothing.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folder, expected] = process.argv.slice(2);
const number = (text, name) => Number(new RegExp(`<assembly [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
let passed = 0;
let failed = 0;
let reported = 0;

for (const log of readdirSync(folder).filter((name) => name.endsWith('.log'))) {
  const name = log.slice(0, -4);
  let text = '';
  try {
    text = readFileSync(join(folder, `${name}.xml`), 'utf8');
  } catch {
    // It crashed or ran out of time.
  }
  const total = number(text, 'total');
  const ran = number(text, 'passed');
  const not = total - ran + number(text, 'errors');
  if (total === 0) console.log(`${name}: no test ran`);
  else if (not > 0) console.log(`${name}: ${not} of ${total} did not pass`);
  passed += ran;
  failed += total === 0 ? 1 : not;
  reported++;
}
failed += Number(expected) - reported;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
