// Sums what the projects wrote. A project without a result, or without a test, has failed; so has a skipped test:
// what did not run proves nothing.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folder, expected] = process.argv.slice(2);
const number = (text, name) => Number(new RegExp(`<assembly [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
let passed = 0;
let failed = 0;
let reported = 0;

const read = (name) => {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    // It crashed or ran out of time.
    return '';
  }
};

for (const name of readdirSync(folder).filter((file) => file.endsWith('.exit')).map((file) => file.slice(0, -5))) {
  const result = read(`${name}.xml`);
  const total = number(result, 'total');
  const ran = number(result, 'passed');
  const not = total - ran + number(result, 'errors');
  const ended = read(`${name}.exit`).trim();
  if (total === 0) console.log(`${name}: no test ran`);
  else if (not > 0) console.log(`${name}: ${not} of ${total} did not pass`);
  else if (ended !== '0') console.log(`${name}: every test passed, and then it ended with exit code ${ended}`);
  passed += ran;
  failed += not > 0 ? not : total === 0 || ended !== '0' ? 1 : 0;
  reported++;
}
failed += Number(expected) - reported;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
