// The subject must be that of the client whom a registration authority has authenticated; agents may ask for any (11.x). Ruled by
// RAClientAuthSubjectNameConstraint and RAHeaderClientCertSubjectNameConstraint of Dogtag 11.10.
import { decodeCertificate, encodeNameText, formatName } from '#codecs/x509';
import { decodeBase64Text } from '../base64-text.ts';
import type { ClassParameters } from '../class-parameters.ts';
import { failed, rejected } from '../constraint-parameters.ts';
import type { CompiledConstraint, ConstraintClass } from '../profile-class.ts';
import type { ApplicationContext } from '../profile-environment.ts';
import type { Rejection, RequestContext } from '../request-context.ts';
import { textDescriptor } from '../value-descriptor.ts';

const patternName = 'pattern';
const patternByDefault = 'CN=$ra_client_name$';
const noClient = 'Missing client information for Subject Name';
/** Where the message is given nothing for its place, the place stays in it. */
const notMatched = 'Subject Name Not Matched {0}';

/** By what the RA says in the request's inputs: the client's certificate counts before name and uid. */
export const raClientAuthSubjectNameConstraint: ConstraintClass = {
  classId: 'raClientAuthSubjectNameConstraintImpl',
  className: 'RAClientAuthSubjectNameConstraint',
  compile: (parameters) => ({
    ...described(parameters),
    check: (request, context) => judgeClient(request, context, parameters),
  }),
};

/** By the certificate in the header of an EST server, which Dogtag's CMC servlets alone take over: whoever comes another way has none. */
export const raHeaderClientCertSubjectNameConstraint: ConstraintClass = {
  classId: 'raHeaderClientCertSubjectNameConstraintImpl',
  className: 'RAHeaderClientCertSubjectNameConstraint',
  compile: (parameters) => ({
    ...described(parameters),
    check: ({ draft }) => rejected(draft.subjectDer === null ? 'Subject Name Not Found' : noClient),
  }),
};

function described(parameters: ClassParameters): Omit<CompiledConstraint, 'check'> {
  return {
    text: `This constraint accepts the subject name that matches ${parameters.text(patternName)}`,
    parameters: [{ name: patternName, descriptor: textDescriptor('Subject Name Pattern') }],
  };
}

async function judgeClient(
  { attributes, draft: { subjectDer } }: RequestContext,
  { isAgentCertificate }: ApplicationContext,
  parameters: ClassParameters,
): Promise<Rejection | null> {
  if (subjectDer === null) return rejected('Subject Name Not Found');
  const [name, uid, certificate] = ['name', 'uid', 'certificate'].map((fact) => attributes.find(`ra_client_${fact}`));
  const subject = formatName(subjectDer);
  const mismatch = rejected(`Subject Name Not Matched ${subject}`);
  if (!isBlank(certificate)) {
    const certificateDer = decodeBase64Text(certificate);
    const ownSubject = certificateDer === null ? null : readSubject(certificateDer);
    if (certificateDer === null || ownSubject === null) return rejected(`${notMatched}${unreadable}`);
    const isAgent = (await isAgentCertificate?.(certificateDer)) ?? false;
    return isAgent || ownSubject === subject ? null : mismatch;
  }
  if (isBlank(name) && isBlank(uid)) return rejected(noClient);
  // Java stumbles over a value that was not sent at all, whichever of the two the pattern has.
  if (typeof name !== 'string' || typeof uid !== 'string')
    return failed(parameters.unsupported(patternName, 'needs name and uid of the client, empty or not'));
  const wanted = encodeOrNull(fillIn(parameters.text(patternName), name, uid));
  if (wanted === null) return rejected(`${notMatched}${noName}`);
  // JSS compares names by their bytes: the same letters in another string type are another name.
  return wanted.equals(subjectDer) ? null : mismatch;
}

const unreadable = 'java.security.cert.CertificateException: Unable to parse certificate data';
const noName = 'java.io.IOException: invalid name';

function fillIn(pattern: string, name: string, uid: string): string {
  const effective = isBlank(pattern) ? patternByDefault : pattern;
  return effective.replaceAll('$ra_client_name$', () => name).replaceAll('$ra_client_uid$', () => uid);
}

function isBlank(text: string | null | undefined): text is null | undefined | '' {
  return text === null || text === undefined || text.trim() === '';
}

function readSubject(certificateDer: Uint8Array): string | null {
  try {
    return formatName(decodeCertificate(certificateDer, { rules: 'ber' }).subjectDer);
  } catch {
    return null;
  }
}

function encodeOrNull(text: string): Buffer | null {
  try {
    return encodeNameText(text);
  } catch {
    return null;
  }
}
