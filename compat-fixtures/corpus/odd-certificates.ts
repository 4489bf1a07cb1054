// Contents of certificates that are rare but true: what installations of twenty years hold beside the usual.
import {
  encodeBitString,
  encodeBoolean,
  encodeCharacterString,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSet,
  encodeUnsignedInteger,
} from '#codecs/der';
import { encodeGeneralNames, encodeNetscapeCertType, extensionOids, type TbsCertificateContent } from '#codecs/x509';
import type { CertificateOddity } from './corpus-plan.ts';
import type { SeededNumbers } from './seeded-numbers.ts';

type Content = Pick<TbsCertificateContent, 'version' | 'subjectDer' | 'subjectPublicKeyInfoDer' | 'extensions'>;

const rsaEncryption = '1.2.840.113549.1.1.1';
const ellipticCurveKey = '1.2.840.10045.2.1';
const curveP256 = '1.2.840.10045.3.1.7';
const commonName = '2.5.4.3';
const organization = '2.5.4.10';
/** Under an arc that nobody uses; ITU-T X.667 hands such numbers out by UUID. */
const unknownExtension = '2.25.329800735698586629295641978511506172918';

/** A key that nobody has the private half of: the octets are drawn, of the right length, and never used. */
export function drawRsaPublicKey(numbers: SeededNumbers): Buffer {
  const modulus = Buffer.from(numbers.bytes(256));
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[255] = (modulus[255] ?? 0) | 1;
  const key = encodeSequence(encodeUnsignedInteger(modulus), encodeUnsignedInteger(Buffer.from([1, 0, 1])));
  return encodeSequence(encodeSequence(encodeObjectIdentifier(rsaEncryption), encodeNull()), encodeBitString(key));
}

/** `ordinary` content made odd in the way named. */
export function oddContent(
  oddity: CertificateOddity,
  ordinary: Content,
  number: bigint,
  numbers: SeededNumbers,
): Content {
  const withExtension = (oid: string, critical: boolean, valueDer: Buffer): Content => ({
    ...ordinary,
    extensions: [...ordinary.extensions.filter((extension) => extension.oid !== oid), { oid, critical, valueDer }],
  });
  switch (oddity) {
    case 'ordinary':
      return ordinary;
    case 'netscape-cert-type':
      return withExtension(
        extensionOids.netscapeCertType,
        false,
        encodeNetscapeCertType(
          new Set(numbers.pick([['sslServer'], ['sslClient', 'smime'], ['objectSigning']] as const)),
        ),
      );
    case 'unknown-critical-extension':
      return withExtension(
        unknownExtension,
        true,
        encodeSequence(encodeBoolean(true), encodeOctetString(numbers.bytes(40))),
      );
    case 'no-extensions':
      return { ...ordinary, extensions: [] };
    case 'version-1':
      return { ...ordinary, version: 0, extensions: [] };
    case 'many-names':
      return withExtension(extensionOids.subjectAltName, false, manyNames(number));
    case 'long-subject':
      return { ...ordinary, subjectDer: nameOf('utf8String', `${number} ${'Ünïcödé 漢字 '.repeat(60)}`) };
    case 'rare-string-types':
      return {
        ...ordinary,
        subjectDer: nameOf(numbers.pick(['bmpString', 'teletexString', 'ia5String']), `host-${number}.example.test`),
      };
    case 'elliptic-curve-key':
      return { ...ordinary, subjectPublicKeyInfoDer: drawEllipticCurveKey(numbers) };
  }
}

function manyNames(number: bigint): Buffer {
  return encodeGeneralNames(
    Array.from({ length: 100 }, (_, index) => ({
      kind: 'dNSName' as const,
      value: `alias-${index}.host-${number}.example.test`,
    })),
  );
}

function nameOf(type: Parameters<typeof encodeCharacterString>[0], text: string): Buffer {
  const part = (oid: string, valueDer: Buffer) => encodeSet(encodeSequence(encodeObjectIdentifier(oid), valueDer));
  return encodeSequence(
    part(organization, encodeCharacterString('printableString', 'EXAMPLE.TEST')),
    part(commonName, encodeCharacterString(type, text)),
  );
}

function drawEllipticCurveKey(numbers: SeededNumbers): Buffer {
  const point = Buffer.concat([Buffer.from([4]), numbers.bytes(64)]);
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(ellipticCurveKey), encodeObjectIdentifier(curveP256)),
    encodeBitString(point),
  );
}
