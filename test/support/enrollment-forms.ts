// What clients put into requests for certificates, and how they read what they are shown: templates, reviews, query strings.
import { decodePem } from '#codecs/pem';
import { decodeCertificate } from '#codecs/x509';
import { makeRequestPem } from './make-request.ts';

/** Values for whatever inputs a profile may have, for a subject named `name`. */
export function inputsFor(profileId: string, name: string): Record<string, string> {
  return {
    cert_request_type: 'pkcs10',
    cert_request: makeRequestPem(name),
    requestor_name: 'Conversation',
    sn_cn: `User of ${name}`,
    sn_uid: profileId.toLowerCase(),
    sn_o: 'EXAMPLE.TEST',
    subject: `CN=${name},O=EXAMPLE.TEST`,
  };
}

/** The template with values where it has inputs of those names, as Dogtag's own Python client fills it. */
export function fillTemplate(templateText: string, values: Readonly<Record<string, string>>): string {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member)]));
    const given = typeof members.name === 'string' ? values[members.name] : undefined;
    return given !== undefined && 'Value' in members ? { ...members, Value: given } : members;
  };
  try {
    return JSON.stringify(fill(JSON.parse(templateText)));
  } catch {
    return templateText;
  }
}

/** certmonger sends back every value that is not read-only; for an empty choice, its first one. */
export function editableValues(reviewXml: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [, set = ''] of reviewXml.matchAll(/<defList>\s*<set>([\s\S]*?)<\/set>/g)) {
    const member = (name: string) =>
      new RegExp(`<${name}>\\n([\\s\\S]*?)\\n</${name}>`).exec(set)?.[1]?.trim().replaceAll('&amp;', '&') ?? '';
    const constraint = member('defConstraint');
    if (constraint === 'readonly') continue;
    const isChoice = member('defSyntax') === 'choice';
    values[member('defId')] = member('defVal') || (isChoice ? (constraint.split(',')[0] ?? '') : '');
  }
  return values;
}

export function serialOf(pem: string): bigint {
  return decodeCertificate(decodePem(pem, 'CERTIFICATE')).serialNumber;
}

export function query(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString();
}
