import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childDatabaseEnvironment } from '#test/child-database';
import { makeRecordForImport } from './record-for-import.ts';

const record = await makeRecordForImport();
for (const round of [1, 2]) {
  const child = spawn(
    process.execPath,
    [...process.argv.slice(3), new URL('./import-process.ts', import.meta.url).pathname],
    {
      env: { ...childDatabaseEnvironment(record.address), IMPORT_SOURCE: process.argv[2] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.on('data', (d) => {
    text += d;
  });
  let hwm = '';
  let db = 0;
  const b = Date.now();
  const t = setInterval(() => {
    try {
      hwm = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? hwm;
      db = Math.max(db, record.serverSeconds());
    } catch {}
  }, 200);
  const code = await new Promise((r) => child.on('close', r));
  clearInterval(t);
  console.log(
    'round',
    round,
    'code',
    code,
    'wall',
    (Date.now() - b) / 1000,
    'VmHWM MB',
    Number(hwm) / 1024,
    'db s',
    db,
  );
  const r = /report (.*)/.exec(text)?.[1];
  if (r) {
    const j = JSON.parse(r);
    for (const k of j.kinds) if (k.entries > 150) console.log(JSON.stringify(k));
    console.log(JSON.stringify(j.catchUp));
  }
  console.log('child', /cpu (.*)/.exec(text)?.[1]);
}
await record.close();
process.exit(0);
