// What the inputs that take a certificate request have in common; each class has a file of its own with its names.
import { CaError } from '../../errors.ts';
import type { ValueDescriptor } from '../../model/index.ts';
import type { InputClass } from '../profile-class.ts';
import type { RequestContext } from '../request-context.ts';
import type { SubmittedValues } from '../submitted-values.ts';
import { addCrmfFacts, addKeyFacts, addPkcs10Facts } from './request-facts.ts';
import { addTaggedRequestFacts } from './tagged-request-facts.ts';

export interface CertificateRequestInputNames {
  readonly classId: string;
  readonly className: string;
  readonly name: string;
  readonly typeSyntax: string;
  readonly typeDescription: string;
  readonly requestSyntax: string;
  readonly requestDescription: string;
  /** The plain input knows PKCS#10 by its exact name only, the others by how the name begins. */
  readonly pkcs10ByExactName: boolean;
}

export function certificateRequestInput(names: CertificateRequestInputNames): InputClass {
  const values = [
    { name: 'cert_request_type', descriptor: descriptor(names.typeSyntax, names.typeDescription) },
    { name: 'cert_request', descriptor: descriptor(names.requestSyntax, names.requestDescription) },
  ];
  return {
    classId: names.classId,
    className: names.className,
    compile: () => ({
      name: names.name,
      text: names.name,
      values,
      parameters: [],
      populate: (request, submitted) => populate(request, submitted, names.pkcs10ByExactName),
    }),
  };
}

function descriptor(syntax: string, description: string): ValueDescriptor {
  return { syntax, constraint: null, description, defaultValue: null };
}

function populate(request: RequestContext, submitted: SubmittedValues, pkcs10ByExactName: boolean): void {
  const type = submitted.find('cert_request_type');
  if (type === null) throw new CaError('malformed-request', 'Unknown Certificate Request Type ');
  if (submitted.find('cert_request') === null) throw new CaError('malformed-request', 'Certificate Request Not Found');
  if (pkcs10ByExactName && type.startsWith('pkcs10') && type !== 'pkcs10') {
    throw new CaError('malformed-request', `Unknown Certificate Request Type ${type}`);
  }
  const decoded = submitted.certificateRequest(type);
  if (decoded.format === 'pkcs10') addPkcs10Facts(request, decoded.request);
  else if (decoded.format === 'keygen') addKeyFacts(request, decoded.subjectPublicKeyInfoDer);
  else if (decoded.format === 'cmc') addTaggedRequestFacts(request, decoded);
  else {
    const message = decoded.messages[request.sequenceNumber];
    if (message === undefined) throw new CaError('malformed-request', 'Unknown Sequence Number');
    addCrmfFacts(request, message);
  }
}
