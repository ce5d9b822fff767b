// compare.mjs <theirs.jsonl> <ours.jsonl> <their-rules.json> <our-rules.json>: rule by rule, the places where both find the same.
import { readFileSync } from 'node:fs';

const [, , theirs, ours, theirRules, ourRules] = process.argv;
const read = (file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const placesOf = (file) => {
  const byRule = new Map();
  for (const { file: document, findings } of read(file))
    for (const { rule, path } of findings) {
      if (!byRule.has(rule)) byRule.set(rule, new Set());
      byRule.get(rule).add(`${document} ${path}`);
    }
  return byRule;
};
const [a, b] = [placesOf(theirs), placesOf(ours)];
const known = JSON.parse(readFileSync(theirRules, 'utf8'));
const mine = new Set(JSON.parse(readFileSync(ourRules, 'utf8')).filter((r) => r.family === 'marketplace:oas').map((r) => r.name));
let both = 0, all = 0;
console.log(`${'rule'.padEnd(42)} ${'both'.padStart(7)} ${'spectral only'.padStart(14)} ${'ours only'.padStart(10)} ${'same'.padStart(7)}`);
const differing = [];
for (const rule of known.filter((r) => mine.has(r))) {
  const [x, y] = [a.get(rule) ?? new Set(), b.get(rule) ?? new Set()];
  const same = [...x].filter((p) => y.has(p)).length;
  const union = x.size + y.size - same;
  both += same;
  all += union;
  console.log(`${rule.padEnd(42)} ${String(same).padStart(7)} ${String(x.size - same).padStart(14)} ${String(y.size - same).padStart(10)} ${union ? ((100 * same) / union).toFixed(1).padStart(6) + '%' : '      -'}`);
  if (union > same) differing.push([rule, [...x].filter((p) => !y.has(p)).slice(0, 3), [...y].filter((p) => !x.has(p)).slice(0, 3)]);
}
console.log('\nWhere they differ, at most three each:');
for (const [rule, left, right] of differing) {
  console.log(rule);
  left.forEach((p) => console.log(`  spectral only  ${p}`));
  right.forEach((p) => console.log(`  ours only      ${p}`));
}
const missing = known.filter((r) => !mine.has(r));
console.log(`\nspectral:oas has ${known.length} rules; of these we do not have: ${missing.join(', ') || 'none'}`);
const agreement = (100 * both) / all;
console.log(`documents=${read(ours).length} both=${both} all=${all} agreement=${agreement.toFixed(2)}%`);
process.exit(agreement >= 95 ? 0 : 1);
