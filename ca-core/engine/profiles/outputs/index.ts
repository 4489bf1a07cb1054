// Every output class that Dogtag ships. The edges make the values in their own dialects.
import type { OutputClass } from '../profile-class.ts';
import { certOutput } from './cert-output.ts';
import { cmmfOutput } from './cmmf-output.ts';
import { nsNKeyOutput } from './ns-n-key-output.ts';
import { pkcs7Output } from './pkcs7-output.ts';
import { pkcs12Output } from './pkcs12-output.ts';

export const outputClasses: readonly OutputClass[] = [certOutput, cmmfOutput, nsNKeyOutput, pkcs12Output, pkcs7Output];
