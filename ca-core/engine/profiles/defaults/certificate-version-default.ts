// The version of the certificate, which is 3 for every one that has extensions.
import { parseJavaInteger } from '#codecs/dogtag-text';
import { CaError } from '../../errors.ts';
import { notANumber } from '../class-parameters.ts';
import { invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { integerDescriptor } from '../value-descriptor.ts';

const versionName = 'certVersionNum';

export const certificateVersionDefault: DefaultClass = {
  classId: 'certificateVersionDefaultImpl',
  className: 'CertificateVersionDefault',
  compile: (parameters) => {
    const text = parameters.text(versionName);
    const version = parseJavaInteger(text);
    return {
      text: `This default populates a Certificate Version to the request. The default value is Version=${text}`,
      values: [{ name: versionName, descriptor: integerDescriptor('Version', '3') }],
      parameterNames: [versionName],
      populate: ({ draft }) => {
        if (version === null) throw notANumber(text);
        if (version < 1 || version > 3) throw new CaError('malformed-request', `Invalid Property ${versionName}`);
        // Dogtag writes extensions into other versions as well, and can then no longer read the certificate that it is putting together.
        if (version !== 3) throw parameters.unsupported(versionName, 'certificates with extensions have version 3');
        draft.version = version - 1;
      },
      readValue: (_name, { draft }) => String(draft.version + 1),
      setValue: (name, value, draft) => {
        if (value === null || value === '') throw new CaError('malformed-edit', `${name} cannot be empty`);
        const edited = parseJavaInteger(value);
        if (edited === null) throw invalidProperty(name);
        if (edited >= 1 && edited <= 3) draft.version = edited - 1;
      },
    };
  },
};
