// The status as one page for people: no script, no outside resource, nothing that must be built.
import type { OperationStatus, StatusReport } from './status-report.ts';

export function renderStatusPage(report: StatusReport, hostName: string): string {
  const rows = report.operations.map(renderOperation).join('\n');
  const problems =
    report.problems.length === 0
      ? ''
      : `<ul class="problems">${report.problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join('')}</ul>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="10">
<title>Retag on ${escapeHtml(hostName)}: ${report.state}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1f; background: #fff; }
h1 { font-size: 1.4rem; } .state { padding: .1rem .6rem; border-radius: 1rem; color: #fff; }
.up { background: #2e7d32; } .degraded { background: #b26a00; } .down { background: #b3261e; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: #5f6368; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #e3e3e8; }
td.number { text-align: right; font-variant-numeric: tabular-nums; } .native { color: #1a56b0; font-weight: 600; } .problems { color: #b3261e; }
@media (prefers-color-scheme: dark) { body { background: #16161a; color: #e6e6ea; } td, th { border-color: #34343c; } .native { color: #8ab4f8; } .problems { color: #f2b8b5; } dt { color: #a0a4aa; } }
</style>
</head>
<body>
<h1>Retag on ${escapeHtml(hostName)} <span class="state ${report.state}">${report.state}</span></h1>
${problems}
<dl>
<dt>Dogtag</dt><dd>${report.upstream === null ? 'none configured' : report.upstream.isReachable ? 'answers' : escapeHtml(report.upstream.detail)}</dd>
<dt>Record behind its directory</dt><dd>${escapeHtml(lag(report.following))}</dd>
<dt>Database</dt><dd>${report.database}</dd>
<dt>Keys in the signer</dt><dd>${report.signerKeys}</dd>
<dt>Own certificate until</dt><dd>${report.tlsNotAfter.toISOString().slice(0, 16).replace('T', ' ')} UTC</dd>
<dt>Running for</dt><dd>${duration(report.upSeconds)}, ${Math.round(report.residentBytes / 1_048_576)} MB</dd>
</dl>
<h2>Operations</h2>
<table>
<tr><th>operation</th><th>answered by</th><th>mode</th><th class="number">compared</th><th>differences</th><th></th></tr>
${rows}
</table>
<p>The same as data: <a href="/status">/status</a>, <a href="/shadow">/shadow</a>, <a href="/readiness">/readiness</a>.</p>
</body>
</html>
`;
}

function renderOperation(line: OperationStatus): string {
  const isNative = line.mode === 'serve' || line.mode === 'serve-checked';
  const profiles = Object.entries(line.profileModes)
    .map(([profile, mode]) => `${profile}: ${mode}`)
    .join(', ');
  return `<tr><td>${escapeHtml(line.operation)}</td><td class="${isNative ? 'native' : ''}">${isNative ? 'native CA' : 'Dogtag'}</td><td>${line.mode}${profiles === '' ? '' : ` (${escapeHtml(profiles)})`}</td><td class="number">${line.compared}</td><td>${bar(line)}</td><td>${line.isReady ? 'ready' : ''}</td></tr>`;
}

/** Green for answers that were the same, red for those that were not. */
function bar({ compared, unexpected }: OperationStatus): string {
  if (compared === 0) return '';
  const width = 160;
  const red = unexpected === 0 ? 0 : Math.max(3, Math.round((unexpected / compared) * width));
  return `<svg width="${width}" height="10" role="img" aria-label="${compared - unexpected} of ${compared} the same"><rect width="${width - red}" height="10" fill="#2e7d32"/><rect x="${width - red}" width="${red}" height="10" fill="#b3261e"/></svg>`;
}

function lag(following: StatusReport['following']): string {
  if (following === null) return 'not followed';
  const { lagSeconds, changed, gaps } = following;
  const behind = lagSeconds === null ? 'not followed yet' : `${lagSeconds.toFixed(1)} s`;
  return `${behind}, ${changed} changes taken in${gaps === 0 ? '' : `, read again from the start ${gaps} times`}`;
}

function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return hours === 0 ? `${Math.floor(seconds / 60)} min` : `${hours} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
