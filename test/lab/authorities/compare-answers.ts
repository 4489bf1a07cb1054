// Whether both sides have said the same about their own authorities: keys, numbers and dates are each side's own, everything else is not.
import assert from 'node:assert/strict';
import { decodePem } from '#codecs/pem';
import { decodeCertificateChain } from '#codecs/pkcs';
import { compareTbsCertificates, decodeCertificate, formatName } from '#codecs/x509';
import type { Answered } from './conversation.ts';

/** Where certificates of different keys, numbers and times differ. */
const ownPaths =
  /^(?:serialNumber|validity\.not(?:Before|After)|subjectPublicKeyInfo|extensions\.(?:subjectKeyIdentifier|authorityKeyIdentifier)\.value)$/;

/** Steps that are answered otherwise on purpose (gateway/dialects/DIVERGENCES.md), with the status that ours has. */
const otherwise: ReadonlyMap<string, number> = new Map([['an empty name', 400]]);

export function assertSameAnswer(ours: Answered, theirs: Answered): void {
  const known = otherwise.get(ours.step.name);
  if (known !== undefined && theirs.status !== ours.status) {
    assert.equal(ours.status, known);
    return;
  }
  const told = ({ status, contentType, cacheControl }: Answered) => ({ status, contentType, cacheControl });
  assert.deepEqual({ ...told(ours), text: shown(ours) }, { ...told(theirs), text: shown(theirs) });
  // A SET OF is ordered by its bytes, and ours have longer numbers.
  const inOneOrder = (chain: readonly Buffer[]) =>
    chain.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const [ourChain, theirChain] = [inOneOrder(certificatesIn(ours)), inOneOrder(certificatesIn(theirs))];
  assert.deepEqual(ourChain.map(nameOf), theirChain.map(nameOf));
  for (const [index, der] of ourChain.entries()) {
    const differences = compareTbsCertificates(tbs(theirChain[index]), tbs(der));
    assert.deepEqual(
      differences.filter(({ path }) => !ownPaths.test(path)),
      [],
    );
  }
}

/** The body where it is text about more than keys. */
function shown({ contentType, body, step }: Answered): string {
  if (!/json|xml/.test(contentType ?? '')) return '';
  // Dogtag keeps its authorities by their ids, which are drawn at random.
  if (/^it among all/.test(step.name))
    return (body.toString().match(/\{[^{}]*\}|<authority [^>]*>/g) ?? []).sort().join('\n');
  if (step.name !== 'what was issued') return body.toString();
  const { IssuerDN, SubjectDN, Status, PKCS7CertChain } = JSON.parse(body.toString());
  const chain = decodeCertificateChain(Buffer.from(PKCS7CertChain, 'base64')).map((der) =>
    decodeCertificate(der, { rules: 'ber' }).subjectDer.toString('hex'),
  );
  return JSON.stringify({ IssuerDN, SubjectDN, Status, chain });
}

function certificatesIn({ contentType, body }: Answered): readonly Buffer[] {
  const text = body.toString('latin1');
  if (contentType === 'application/pkix-cert') return [body];
  if (contentType === 'application/pkcs7-mime') return decodeCertificateChain(body);
  if (contentType !== 'application/x-pem-file') return [];
  return text.includes('PKCS7') ? decodeCertificateChain(decodePem(text, 'PKCS7')) : [decodePem(text, 'CERTIFICATE')];
}

const nameOf = (der: Buffer) => formatName(decodeCertificate(der, { rules: 'ber' }).subjectDer);

const tbs = (der: Buffer | undefined) => decodeCertificate(der ?? Buffer.alloc(0), { rules: 'ber' }).tbsDer;
