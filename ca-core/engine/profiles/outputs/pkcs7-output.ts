// The certificate with its chain in a PKCS#7 envelope.
import type { OutputClass } from '../profile-class.ts';
import { outputDescriptor } from '../value-descriptor.ts';

export const pkcs7Output: OutputClass = {
  classId: 'pkcs7OutputImpl',
  className: 'PKCS7Output',
  name: 'Certificate Output',
  text: 'Certificate Output',
  values: [
    { name: 'pretty_cert', descriptor: outputDescriptor('pretty_print', 'Certificate Pretty Print') },
    { name: 'pkcs7', descriptor: outputDescriptor('pretty_print', 'PKCS #7 Base-64 Encoded') },
  ],
};
