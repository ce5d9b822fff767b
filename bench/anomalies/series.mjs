// Real series from the packages beside this file, one JSON document a line: {"name","start" (unix s),"hours":[[minutes late,…],…]}.
//   flights: three million departures of 229 airports of the United States, January to June 2001, each with how late it was
//   github:  one person's commits by the hour, 2015
import { readFileSync, writeSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const data = new URL('node_modules/vega-datasets/data/', import.meta.url);
const hour = 3600;
const write = (name, start, hours) => {
  const line = Buffer.from(JSON.stringify({ name, start, hours: Array.from(hours, (h) => h ?? []) }) + '\n');
  for (let at = 0; at < line.length;) at += writeSync(1, line, at);
};

const bytes = readFileSync(new URL('flights-3m.parquet', data));
const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
const first = Date.UTC(2001, 0, 1) / 1000 - hour;
// The product counts by UTC and people live by the clock: from 1 April on everything happens an hour earlier.
const summer = Date.UTC(2001, 3, 1, 2) / 1000;
const airports = new Map();
for (const { date, delay, origin } of await parquetReadObjects({ file, columns: ['date', 'delay', 'origin'], compressors })) {
  const [month, day, hours] = [date.slice(0, 2), date.slice(2, 4), date.slice(4, 6)].map(Number);
  const local = Date.UTC(2001, month - 1, day, hours) / 1000;
  const at = (local >= summer ? local - hour : local) - first;
  if (!airports.has(origin)) airports.set(origin, []);
  (airports.get(origin)[Math.floor(at / hour)] ??= []).push(Number(delay));
}
for (const [name, hours] of [...airports].sort(([a], [b]) => (a < b ? -1 : 1))) write(name, first, hours);

const commits = [];
let begin;
for (const line of readFileSync(new URL('github.csv', data), 'utf8').trim().split('\n').slice(1)) {
  const [time, count] = line.split(',');
  const at = Date.parse(time.replaceAll('/', '-').replace(' ', 'T') + 'Z') / 1000;
  begin ??= at;
  commits[(at - begin) / hour] = Array(Number(count)).fill(0);
}
write('github', begin, commits);
