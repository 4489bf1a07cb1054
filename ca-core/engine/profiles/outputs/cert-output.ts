// The certificate, as text for people and in base64.
import type { OutputClass } from '../profile-class.ts';
import { outputDescriptor } from '../value-descriptor.ts';

export const certOutput: OutputClass = {
  classId: 'certOutputImpl',
  className: 'CertOutput',
  name: 'Certificate Output',
  text: 'Certificate Output',
  values: [
    { name: 'pretty_cert', descriptor: outputDescriptor('pretty_print', 'Certificate Pretty Print') },
    { name: 'b64_cert', descriptor: outputDescriptor('pretty_print', 'Certificate Base-64 Encoded') },
  ],
};
