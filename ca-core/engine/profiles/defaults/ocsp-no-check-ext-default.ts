// The mark of OCSP responders whose own certificate is not to be checked (RFC 6960 section 4.2.2.2.1).
import { encodeOcspNoCheck, extensionOids } from '#codecs/x509';
import type { CertificateDraft } from '../../issuance/certificate-draft.ts';
import { parseJavaBoolean } from '../class-parameters.ts';
import { addExtension, findExtension, rewriteExtension } from '../draft-extensions.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor } from '../value-descriptor.ts';

const critical = 'ocspNoCheckCritical';

export const ocspNoCheckExtDefault: DefaultClass = {
  classId: 'ocspNoCheckExtDefaultImpl',
  className: 'OCSPNoCheckExtDefault',
  compile: (parameters) => {
    const create = () => ({
      oid: extensionOids.ocspNoCheck,
      critical: parameters.flag(critical),
      valueDer: encodeOcspNoCheck(),
    });
    const ensure = (draft: CertificateDraft) => {
      if (findExtension(draft, extensionOids.ocspNoCheck) === null) addExtension(draft, create());
    };
    return {
      text: `This default populates an OCSP No Check Extension (1.3.6.1.5.5.7.48.1.5) to the request. The default values are Criticality=${parameters.text(critical)}`,
      values: [{ name: critical, descriptor: flagDescriptor('Criticality') }],
      parameterNames: [critical],
      populate: (request) => addExtension(request.draft, create()),
      readValue: (_name, { draft }) => {
        ensure(draft);
        return String(findExtension(draft, extensionOids.ocspNoCheck)?.critical ?? null);
      },
      // Unlike the other extensions, this one keeps its place when an agent edits it.
      setValue: (_name, value, draft) => {
        ensure(draft);
        const extension = findExtension(draft, extensionOids.ocspNoCheck);
        if (extension !== null) rewriteExtension(draft, { ...extension, critical: parseJavaBoolean(value) });
      },
    };
  },
};
