// Questions to the older servlets that only show certificates, requests and the authority.
import { type Question, servlet } from './questions.ts';
import type { LabRecord } from './read-record.ts';

const asAgent = { identity: 'ipara' } as const;

/** One of each, for a sample of certificates and requests. */
export function readingRecordQuestions(record: LabRecord): Question[] {
  const serials = record.certificates.flatMap(({ record: { serialNumber }, isWhole }) =>
    isWhole ? [serialNumber] : [],
  );
  const isRevoked = new Set(
    record.certificates.flatMap(({ record: { serialNumber, revocation } }) =>
      revocation === null ? [] : [serialNumber],
    ),
  );
  const sample = serials.filter((serial, index) => index % 5 === 0 || isRevoked.has(serial));
  return [
    ...sample.flatMap((serial) => [
      servlet(`/ca/ee/ca/displayBySerial?serialNumber=${serial}&xml=true`),
      servlet(`/ca/agent/ca/displayBySerial?serialNumber=0x${serial.toString(16)}`, asAgent),
    ]),
    ...record.requests
      .filter(({ isWhole }, index) => isWhole && index % 5 === 0)
      .flatMap(({ record: { id } }) => [
        servlet(`/ca/ee/ca/getCertFromRequest?requestId=${id}&importCert=true`),
        servlet(`/ca/eeca/ca/getCertFromRequest?requestId=${id}&xml=true`),
      ]),
  ];
}

export function readingQuestions(): Question[] {
  return [
    ...[
      '',
      'xml=true',
      'serialNumber=&xml=true',
      'serialNumber=7&xml=TRUE',
      'serialNumber=0X7&xml=true',
      'serialNumber=%207%20&xml=true',
      'serialNumber=%2B7&xml=true',
      'serialNumber=-7&xml=true',
      'serialNumber=0x-7&xml=true',
      'serialNumber=0xzz&xml=true',
      'serialNumber=7.0&xml=true',
      'serialNumber=0&xml=true',
      'serialNumber=99999',
      'serialNumber=7&serialNumber=8&xml=true',
      'serialNumber=7&b64CertOnly=true&xml=true',
      'serialNumber=7&b64CertOnly=TRUE&xml=true',
      'serialNumber=999999999999999999999999999999999&xml=true',
    ].flatMap((query) => [
      servlet(`/ca/ee/ca/displayBySerial?${query}`),
      servlet(`/ca/agent/ca/displayBySerial?${query}`, asAgent),
    ]),
    servlet('/ca/agent/ca/displayBySerial?serialNumber=7'),
    ...[
      '',
      'xml=true',
      'requestId=&xml=true',
      'requestId=zz&xml=true',
      'requestId=0x7&xml=true',
      'requestId=99999&xml=true',
      'requestId=7&importCert=on&importCAChain=false',
      'requestId=7&importCert=TRUE&importCAChain=on',
      'requestId=7&importCert=true&emailCert=true',
      'requestId=7&importCert=true&importCertMimeType=application/x-x509-ca-cert',
      'requestId=7&importCert=yes&xml=true',
      'requestId=7&certPrettyPrint=false&xml=true',
    ].flatMap((query) => [
      servlet(`/ca/ee/ca/getCertFromRequest?${query}`),
      servlet(`/ca/ca/getCertFromRequest?${query}`, asAgent),
    ]),
    servlet('/ca/ca/getCertFromRequest?requestId=7&importCert=true'),
    servlet('/ca/ca/displayCertFromRequest?requestId=7&xml=true'),
    servlet('/ca/ca/displayCertFromRequest?requestId=99999&xml=true', asAgent),
    servlet('/ca/ca/displayCertFromRequest?requestId=7&xml=true', asAgent),
  ];
}
