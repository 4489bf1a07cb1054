// Commands that run on the lab's own machine: Dogtag's command line, and the search with which Dogtag finds its next number when it starts.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readLabVariable } from '../profiles/lab-dogtag.ts';

const lab = fileURLToPath(new URL('../../../compat-fixtures/lab/lab', import.meta.url));

function runInLab(script: string): string {
  return execFileSync(lab, ['exec', 'bash', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function showByCommandLine(serialNumber: bigint): string {
  const port = new URL(readLabVariable('DOGTAG_HTTP_URL')).port;
  return runInLab(`pki -P http -p ${port} ca-cert-show 0x${serialNumber.toString(16)}`);
}

/**
 * Names of the entries that Dogtag looks at when it starts, nearest first: the last five up to the end of its range, in the order of its index. It
 * goes on behind the first of them that lies in the range (CertificateRepository.getLastSerialNumberInRange, RequestQueue.getLastRequestIdInRange).
 */
export function entriesSeenAtStart(
  of: 'certificate' | 'request',
  layout: { readonly base: string },
): readonly bigint[] {
  const { container, attribute, filter, end } = {
    certificate: {
      container: 'ou=certificateRepository,ou=ca',
      attribute: 'serialno',
      filter: '(certStatus=*)',
      end: 0x10000000n,
    },
    request: { container: 'ou=ca,ou=requests', attribute: 'requestId', filter: '(requestState=*)', end: 10000000n },
  }[of];
  const value = `${String(String(end).length).padStart(2, '0')}${end}`;
  const bind = `-H ${readLabVariable('DOGTAG_LDAP_URL')} -D '${readLabVariable('DOGTAG_LDAP_BIND_DN')}' -w '${readLabVariable('DOGTAG_LDAP_PASSWORD')}'`;
  // The tool asks for more windows; the first one is what Dogtag takes.
  const found = runInLab(
    `timeout 20 ldapsearch -LLL -o ldif-wrap=no -x ${bind} -b ${container},${layout.base} -s one -E '!sss=${attribute}' -E '!vlv=5/0:${value}' '${filter}' dn < /dev/null | sed '/vlvResult/q'`,
  );
  return [...found.matchAll(/^dn: cn=([0-9]+),/gm)].map((match) => BigInt(match[1] ?? '0')).reverse();
}
