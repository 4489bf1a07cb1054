// Netscape's comment as configured.
import { decodeNetscapeComment, encodeNetscapeComment, extensionOids } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { parseJavaBoolean } from '../class-parameters.ts';
import { encodeOrNull } from '../draft-extensions.ts';
import { compileExtensionDefault } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'nscCommentCritical';
const comment = 'nscCommentContent';

export const nscCommentExtDefault: DefaultClass = {
  classId: 'nscCommentExtDefaultImpl',
  className: 'NSCCommentExtDefault',
  compile: (parameters) => {
    const valueDer = encodeOrNull(() => encodeNetscapeComment(parameters.text(comment)));
    return compileExtensionDefault({
      oid: extensionOids.netscapeComment,
      text: `This default populates a Netscape Comment Extension (2.16.840.1.113730.1.13) to the request. The default values are Criticality=${parameters.text(critical)}, Comment=${parameters.text(comment)}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: comment, descriptor: textListDescriptor('Comment') },
      ],
      parameterNames: [critical, comment],
      create: () => {
        // Dogtag stumbles over a comment that no IA5String takes; clients are shown the word that Java puts for an error without text.
        if (valueDer === null) throw new CaError('malformed-request', 'null');
        return { oid: extensionOids.netscapeComment, critical: parameters.flag(critical), valueDer };
      },
      read: (name, extension) =>
        name === critical ? String(extension.critical) : decodeNetscapeComment(extension.valueDer),
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        const edited = encodeOrNull(() => encodeNetscapeComment(value ?? ''));
        return edited === null ? 'keep' : { ...extension, valueDer: edited };
      },
    });
  },
};
