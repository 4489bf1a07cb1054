// The key that the requester sent.
import { decodeSubjectPublicKeyInfo } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { invalidProperty } from '../extension-default.ts';
import { formatHexadecimal } from '../hexadecimal-text.ts';
import { curveNames, keyAlgorithmName, keyLength, numberedKey } from '../key-names.ts';
import type { DefaultClass } from '../profile-class.ts';
import { readOnlyDescriptor } from '../value-descriptor.ts';

export const userKeyDefault: DefaultClass = {
  classId: 'userKeyDefaultImpl',
  className: 'UserKeyDefault',
  compile: (_parameters, { dogtagVersion }) => ({
    text: 'This default populates a User-Supplied Certificate Key to the request.',
    values: [
      { name: 'TYPE', descriptor: readOnlyDescriptor('Key Type') },
      { name: 'LEN', descriptor: readOnlyDescriptor('Key Length') },
      { name: 'KEY', descriptor: readOnlyDescriptor('Key') },
    ],
    parameterNames: [],
    populate: (request) => {
      const keyDer = request.attributes.findBytes('req_key');
      if (keyDer !== null) request.draft.subjectPublicKeyInfoDer = keyDer;
    },
    readValue: (name, { draft }) => {
      if (draft.subjectPublicKeyInfoDer === null) throw new CaError('malformed-edit', 'Key Not Found');
      const key = decodeSubjectPublicKeyInfo(draft.subjectPublicKeyInfoDer);
      if (name === 'TYPE') return `${keyAlgorithmName(key, dogtagVersion)} - ${key.algorithmOid}`;
      if (name === 'KEY') return formatHexadecimal(key.keyBytes);
      if (key.kind !== 'ec') {
        const length = numberedKey(key, dogtagVersion)?.parameter ?? keyLength(key)?.toString() ?? null;
        // Dogtag takes every key that it does not know for DSA, and stumbles over it.
        if (length === null) throw invalidProperty(name);
        return length;
      }
      const names = curveNames(key.curveOid);
      return names.length === 0 ? null : `[${names.join(', ')}]`;
    },
    setValue: () => {},
  }),
};
