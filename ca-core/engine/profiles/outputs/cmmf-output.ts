// The certificate with its chain in a CMMF response.
import type { OutputClass } from '../profile-class.ts';
import { outputDescriptor } from '../value-descriptor.ts';

export const cmmfOutput: OutputClass = {
  classId: 'cmmfOutputImpl',
  className: 'CMMFOutput',
  name: 'Certificate Output',
  text: 'Certificate Output',
  values: [
    { name: 'pretty_cert', descriptor: outputDescriptor('pretty_print', 'Certificate Pretty Print') },
    { name: 'cmmf_response', descriptor: outputDescriptor('pretty_print', 'CMMF Base-64 Encoded') },
  ],
};
