// inhibitAnyPolicy as configured (RFC 5280 section 4.2.1.14).
import { decodeInhibitAnyPolicy, encodeInhibitAnyPolicy, extensionOids } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault, invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor, integerDescriptor } from '../value-descriptor.ts';

const critical = 'critical';
const skipName = 'skipCerts';
const { inhibitAnyPolicy: oid } = extensionOids;
const wholeNumber = /^[+-]?\d{1,50}$/;

export const inhibitAnyPolicyExtDefault: DefaultClass = {
  classId: 'inhibitAnyPolicyExtDefaultImpl',
  className: 'InhibitAnyPolicyExtDefault',
  compile: (parameters) => {
    const skip = parameters.text(skipName);
    return compileExtensionDefault({
      oid,
      text: `This default populates an Inhibit Any-Policy Extension (2.25.29.54) to the request. The default values are Critically=${parameters.text(critical)}, Skip Certs:${skip}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality', 'true') },
        { name: skipName, descriptor: integerDescriptor('Skip Certificates', '0') },
      ],
      parameterNames: [critical, skipName],
      create: () => {
        // Dogtag stumbles over an empty number; its error has no text, and clients are shown the word that Java puts in its place.
        if (skip === '') throw new CaError('malformed-request', 'null');
        if (!wholeNumber.test(skip))
          throw new CaError('malformed-request', 'The value for skipped certificates must be an integer.');
        if (BigInt(skip) < 0n) throw new CaError('malformed-request', 'negative BigInteger');
        return { oid, critical: parameters.flag(critical), valueDer: encodeInhibitAnyPolicy(BigInt(skip)) };
      },
      read: (name, extension) =>
        name === critical
          ? String(extension.critical)
          : String(BigInt.asIntN(32, decodeInhibitAnyPolicy(extension.valueDer))),
      absent: () => null,
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        if (value === '') return 'delete';
        if (value === null || !wholeNumber.test(value)) throw invalidProperty(name);
        return { ...extension, valueDer: encodeInhibitAnyPolicy(BigInt(value)) };
      },
    });
  },
};
