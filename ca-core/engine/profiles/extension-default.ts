// What most defaults that fill in an extension have in common: add it once; for an agent, show its values and write it anew with each edit.
import { CaError } from '../errors.ts';
import type { CertificateDraft, DraftExtension } from '../issuance/certificate-draft.ts';
import { addExtension, deleteExtension, findExtension, replaceExtension } from './draft-extensions.ts';
import type { CompiledDefault, NamedValue } from './profile-class.ts';
import type { ApplicationContext } from './profile-environment.ts';
import type { RequestContext } from './request-context.ts';

export interface ExtensionDefault {
  readonly oid: string;
  readonly text: string;
  readonly values: readonly NamedValue[];
  readonly parameterNames: readonly string[];
  /**
   * The extension as configured; null when the configuration amounts to none. `request` is null when an agent looks for an extension
   * that is not there: patterns are not expanded then. May throw CaError.
   */
  create(request: RequestContext | null, context: ApplicationContext): DraftExtension | null;
  /** A value of the extension as an agent sees it. */
  read(name: string, extension: DraftExtension): string | null;
  /** What is shown where there is no extension. */
  absent(name: string): string | null;
  /** The extension with a value changed, which moves it to the end. Throws CaError `malformed-edit`. */
  edit(name: string, value: string | null, extension: DraftExtension): DraftExtension | 'keep' | 'delete';
}

export function compileExtensionDefault(definition: ExtensionDefault): CompiledDefault {
  const { oid } = definition;
  const addIfAbsent = (name: string, draft: CertificateDraft, context: ApplicationContext) => {
    if (findExtension(draft, oid) !== null) return;
    const created = createOrRefuse(definition, name, context);
    if (created !== null) addExtension(draft, { ...created });
  };
  return {
    text: definition.text,
    values: definition.values,
    parameterNames: definition.parameterNames,
    populate: (request, context) => {
      const created = definition.create(request, context);
      if (created !== null) addExtension(request.draft, { ...created });
    },
    readValue: (name, { draft }, context) => {
      addIfAbsent(name, draft, context);
      const extension = findExtension(draft, oid);
      return extension === null ? definition.absent(name) : definition.read(name, extension);
    },
    setValue: (name, value, draft, context) => {
      addIfAbsent(name, draft, context);
      const extension = findExtension(draft, oid);
      if (extension === null) return;
      const edited = definition.edit(name, value, extension);
      if (edited === 'delete') deleteExtension(draft, oid);
      else if (edited !== 'keep') replaceExtension(draft, edited);
    },
  };
}

function createOrRefuse(
  definition: ExtensionDefault,
  name: string,
  context: ApplicationContext,
): DraftExtension | null {
  try {
    return definition.create(null, context);
  } catch (error) {
    if (error instanceof CaError) throw invalidProperty(name);
    throw error;
  }
}

/** The error for a value that cannot be set. */
export function invalidProperty(name: string): CaError {
  return new CaError('malformed-edit', `Invalid Property ${name}`);
}
