// The certificate for a token.
import type { OutputClass } from '../profile-class.ts';
import { outputDescriptor } from '../value-descriptor.ts';

export const nsNKeyOutput: OutputClass = {
  classId: 'nsNKeyOutputImpl',
  className: 'nsNKeyOutput',
  name: 'Token Key Certificate Output',
  text: 'Token Key Certificate Output',
  values: [{ name: 'der', descriptor: outputDescriptor('der_b64', 'DER Base 64 Encoded') }],
};
