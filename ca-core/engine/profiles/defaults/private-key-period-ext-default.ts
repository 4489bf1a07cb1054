// privateKeyUsagePeriod as configured: from a start near now over a number of days (RFC 3280 section 4.2.1.4).
import { DerError } from '#codecs/der';
import { decodePrivateKeyUsagePeriod, encodePrivateKeyUsagePeriod, extensionOids } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault } from '../extension-default.ts';
import { formatWallTime, parseWallTime } from '../java-calendar.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor, textDescriptor } from '../value-descriptor.ts';

const critical = 'puCritical';
const startName = 'puStartTime';
const durationName = 'puDurationInDays';
const notBeforeName = 'puNotBefore';
const notAfterName = 'puNotAfter';
const dayMs = 86_400_000;
const wholeNumber = /^[+-]?\d{1,12}$/;
const { privateKeyUsagePeriod: oid } = extensionOids;

export const privateKeyPeriodExtDefault: DefaultClass = {
  classId: 'privateKeyPeriodExtDefaultImpl',
  className: 'PrivateKeyUsagePeriodExtDefault',
  compile: (parameters, { timeZone }) => {
    const text = (name: string) => parameters.text(name);
    const startText = text(startName) || '60';
    return compileExtensionDefault({
      oid,
      text: `This default populates a Private Key Usage Period Extension (2.5.29.16) to the request. The default values are Criticality=${text(critical)}, Start Time=${text(startName)}, Duration=${text(durationName)}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: notBeforeName, descriptor: textDescriptor('Not Before', '0') },
        { name: notAfterName, descriptor: textDescriptor('Not After', '30') },
      ],
      parameterNames: [critical, startName, durationName],
      create: (request, { now }) => {
        // Dogtag stumbles over what is no number; its error has no text, and clients are shown the word that Java puts in its place.
        if (!wholeNumber.test(startText) || !wholeNumber.test(text(durationName)))
          throw new CaError('malformed-request', 'null');
        const nowMs = now.getTime() + (request?.clockDifferenceMs ?? 0);
        const notBefore = new Date(Math.floor(nowMs / 1000) * 1000 + Number(startText) * 1000);
        const notAfter = new Date(notBefore.getTime() + Number(text(durationName)) * dayMs);
        return { oid, critical: parameters.flag(critical), valueDer: encodeOrRefuse({ notBefore, notAfter }) };
      },
      read: (name, extension) => {
        if (name === critical) return String(extension.critical);
        const { notBefore, notAfter } = decodePrivateKeyUsagePeriod(extension.valueDer);
        const time = name === notBeforeName ? notBefore : notAfter;
        return time === null ? '' : formatWallTime(time, timeZone);
      },
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        const time = value === null ? null : parseWallTime(value, timeZone);
        if (time === null) return 'keep';
        const part = name === notBeforeName ? { notBefore: time } : { notAfter: time };
        const valueDer = encodePrivateKeyUsagePeriod({ ...decodePrivateKeyUsagePeriod(extension.valueDer), ...part });
        // New times make the extension uncritical: JSS forgets the criticality when it writes them.
        return { oid, critical: false, valueDer };
      },
    });
  },
};

/** Dogtag writes years of more than four digits, and then cannot read what it has written. */
function encodeOrRefuse(period: Parameters<typeof encodePrivateKeyUsagePeriod>[0]): Buffer {
  try {
    return encodePrivateKeyUsagePeriod(period);
  } catch (error) {
    if (error instanceof DerError) throw new CaError('malformed-request', error.message, { cause: error });
    throw error;
  }
}
