// Lints each document with every rule of spectral:oas and prints one JSON line: {file, findings: [{rule, path, line, column, message}]}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Spectral, Document } = require('@stoplight/spectral-core');
const { Json } = require('@stoplight/spectral-parsers');
const { oas } = require('@stoplight/spectral-rulesets');

const pointer = (path) => '#' + path.map((p) => '/' + String(p).replaceAll('~', '~0').replaceAll('/', '~1')).join('');

if (process.argv[2] === '--rules') {
  console.log(JSON.stringify(Object.keys(oas.rules)));
} else {
  for (const file of process.argv.slice(2)) {
    const spectral = new Spectral();
    spectral.setRuleset({ extends: [[oas, 'all']] });
    const results = await spectral.run(new Document(readFileSync(file, 'utf8'), Json, file));
    const findings = results.map((r) => ({
      rule: r.code, path: pointer(r.path), line: r.range.start.line + 1, column: r.range.start.character + 1, message: r.message,
    }));
    console.log(JSON.stringify({ file, findings }));
  }
}
