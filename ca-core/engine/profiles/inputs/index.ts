// Every input class that Dogtag ships.
import type { InputClass } from '../profile-class.ts';
import { certReqInput } from './cert-req-input.ts';
import { cmcCertReqInput } from './cmc-cert-req-input.ts';
import { dualKeyGenInput } from './dual-key-gen-input.ts';
import { encKeyGenInput } from './enc-key-gen-input.ts';
import { fileSigningInput } from './file-signing-input.ts';
import { genericInput } from './generic-input.ts';
import { imageInput } from './image-input.ts';
import { keyGenInput } from './key-gen-input.ts';
import { nsHKeyCertReqInput } from './ns-h-key-cert-req-input.ts';
import { nsNKeyCertReqInput } from './ns-n-key-cert-req-input.ts';
import { raClientAuthInfoInput } from './ra-client-auth-info-input.ts';
import { serialNumRenewInput } from './serial-num-renew-input.ts';
import { serverKeygenInput } from './server-keygen-input.ts';
import { signKeyGenInput } from './sign-key-gen-input.ts';
import { subjectAltNameExtInput } from './subject-alt-name-ext-input.ts';
import { subjectDnInput } from './subject-dn-input.ts';
import { subjectNameInput } from './subject-name-input.ts';
import { submitterInfoInput } from './submitter-info-input.ts';

export const inputClasses: readonly InputClass[] = [
  certReqInput,
  cmcCertReqInput,
  dualKeyGenInput,
  encKeyGenInput,
  fileSigningInput,
  genericInput,
  imageInput,
  keyGenInput,
  nsHKeyCertReqInput,
  nsNKeyCertReqInput,
  raClientAuthInfoInput,
  serialNumRenewInput,
  serverKeygenInput,
  signKeyGenInput,
  subjectAltNameExtInput,
  subjectDnInput,
  subjectNameInput,
  submitterInfoInput,
];
