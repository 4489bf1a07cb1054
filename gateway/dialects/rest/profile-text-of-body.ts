// A profile's text made of a body (ProfileData): what the body says replaces what the text has of inputs, outputs and policies; the rest stays.
import { editProfileText, javaHashtableOrder, ProfileSection, parseProfileText } from '#codecs/dogtag-profile';
import type { ProfileData } from '#codecs/dogtag-rest';
import { badRequest, failure, type RestRefusal } from './error-response.ts';
import { findPluginName } from './profile-plugin-names.ts';

type Edits = Map<string, string | null>;
type Policy = NonNullable<ProfileData['policySets']>['sets'][number]['policies'][number];

/** What Dogtag says of everything that it cannot do with a body. */
const notChangeable = (): RestRefusal => failure('Error changing profile data');

/** `text` is null for a new profile. Throws RestRefusal. */
export function profileTextOf(data: ProfileData, text: string | null, now: Date): string {
  const before = ProfileSection.parse(text ?? '');
  const edits: Edits = new Map();
  const set = (key: string, value: string | null, absent: string | null) => {
    if (value !== (before.findText(key) ?? absent)) edits.set(key, value);
  };
  set('auth.instance_id', data.authenticatorId, null);
  set('authz.acl', data.authzAcl ?? '', '');
  set('desc', data.description, text === null ? null : '');
  set('name', data.name, text === null ? null : '');
  set('renewal', String(data.renewal), 'false');
  set('xmlOutput', String(data.xmlOutput), 'false');
  if (text === null || (before.findFlag('visible') ?? false) !== data.visible)
    edits.set('visible', String(data.visible));
  for (const { key } of parseProfileText(text ?? ''))
    if (/^(?:input|output|policyset)\./.test(key)) edits.set(key, null);
  listPlugins(edits, 'input', data.inputs);
  listPlugins(edits, 'output', data.outputs);
  listPolicySets(edits, data.policySets?.sets ?? []);
  edits.set('lastModified', String(now.getTime()));
  return editProfileText(text ?? '', Object.fromEntries([...edits].map(([key, value]) => [key, asLine(key, value)])));
}

function listPlugins(
  edits: Edits,
  kind: 'input' | 'output',
  plugins: readonly { readonly id: string | null; readonly classId: string | null }[],
): void {
  const ids = plugins.map(({ id }) => given(id));
  assertDistinct(ids);
  for (const { id, classId } of plugins) {
    const name = findPluginName(kind, given(classId));
    if (name === null) throw notChangeable();
    edits.set(`${kind}.${id}.name`, name);
    edits.set(`${kind}.${id}.class_id`, classId);
  }
  if (ids.length > 0) edits.set(`${kind}.list`, ids.join(','));
}

function listPolicySets(edits: Edits, sets: NonNullable<ProfileData['policySets']>['sets']): void {
  const setIds = sets.map(({ id }) => given(id));
  assertDistinct(setIds);
  for (const { id: setId, policies } of sets) {
    const ids = policies.map(({ id }) => given(id));
    assertDistinct(ids);
    // Two defaults of one class in a set are a mistake, but for those two of which each does something else.
    const classes = policies.map((policy) => given(policy.default?.classId ?? null));
    assertDistinct(classes.filter((name) => name !== 'noDefaultImpl' && name !== 'genericExtDefaultImpl'));
    for (const policy of policies) setPolicy(edits, `policyset.${setId}.${policy.id}`, policy);
    edits.set(`policyset.${setId}.list`, ids.join(','));
  }
  if (setIds.length > 0) edits.set('policyset.list', javaHashtableOrder(setIds).join(','));
}

function setPolicy(edits: Edits, prefix: string, policy: Policy): void {
  const { default: rule, constraint } = policy;
  if (rule === null || constraint === null) throw notChangeable();
  const part = (name: 'default' | 'constraint', shown: string | null, classId: string | null) => {
    if ((shown ?? '') !== '') edits.set(`${prefix}.${name}.name`, shown);
    edits.set(`${prefix}.${name}.class_id`, given(classId));
  };
  part('default', rule.name, rule.classId);
  part('constraint', constraint.name, constraint.classId);
  for (const { name, value } of rule.parameters)
    if ((value ?? '') !== '') edits.set(`${prefix}.default.params.${given(name)}`, value);
  for (const parameter of constraint.values) {
    if ((parameter.value ?? '') === '') continue;
    assertAllowed(parameter);
    edits.set(`${prefix}.constraint.params.${given(parameter.name)}`, parameter.value);
  }
}

/** Of the one parameter that Dogtag looks into here, though not in a text. */
const signatureAlgorithms: ReadonlySet<string> = new Set(
  `SHA256withRSA,SHA384withRSA,SHA512withRSA,SHA1withRSA,SHA256withRSA/PSS,SHA384withRSA/PSS,SHA512withRSA/PSS,
   SHA256withEC,SHA384withEC,SHA512withEC,SHA1withEC`.split(/,\s*/),
);

function assertAllowed({ name, value }: { readonly name: string | null; readonly value: string | null }): void {
  if (name !== 'signingAlgsAllowed') return;
  const names = (value ?? '').split(',').filter((part) => part !== '');
  if (!names.every((part) => signatureAlgorithms.has(part))) throw notChangeable();
}

function given(text: string | null): string {
  if (text === null || text === '' || /[,=:\s]/.test(text)) throw notChangeable();
  return text;
}

function assertDistinct(names: readonly string[]): void {
  if (new Set(names).size < names.length) throw notChangeable();
}

/** A character for each octet. A line break would begin another line, and with it a key that nobody was asked about. */
function asLine(key: string, value: string | null): string | null {
  if (value === null) return null;
  if (/[\0\r\n]/.test(value) || value.endsWith('\\'))
    throw badRequest(`Invalid value of ${key}: it does not fit into a line`);
  return Buffer.from(value, 'utf8').toString('latin1');
}
