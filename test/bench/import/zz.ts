import { spawn } from 'node:child_process';
import { makeRecordForImport } from './record-for-import.ts';
import { childDatabaseEnvironment } from '#test/child-database';
const record = await makeRecordForImport();
const child = spawn(process.execPath, [...process.argv.slice(3), new URL('./import-process.ts', import.meta.url).pathname], { env: { ...childDatabaseEnvironment(record.address), IMPORT_SOURCE: process.argv[2] }, stdio: ['ignore','pipe','inherit'] });
let text=''; child.stdout.on('data', d => { text += d; });
let hwm=''; const { readFileSync } = await import('node:fs');
let db=0;
const t=setInterval(()=>{ try { hwm = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`,'utf8'))?.[1] ?? hwm; db=Math.max(db,record.serverSeconds()); } catch {} }, 200);
const code = await new Promise(r => child.on('close', r));
clearInterval(t);
console.log('code', code, 'VmHWM MB', Number(hwm)/1024, 'db s', db);
const r=/report (.*)/.exec(text)?.[1]; if (r) { const j=JSON.parse(r); for (const k of j.kinds) if (k.entries>50) console.log(k); }
console.log(/cpu (.*)/.exec(text)?.[1]);
await record.close();
process.exit(0);
