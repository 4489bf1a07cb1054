// Every refusal of the REST interface. Dogtag's Python client needs all four members and looks its exception up by the class name.
import { attributes, number, text } from '../body-schema.ts';

export const exception = {
  root: 'PKIException',
  className: 'com.netscape.certsrv.base.PKIException.Data',
  unknownMembers: 'ignore',
  fields: {
    attributes: attributes('Attributes'),
    className: text('ClassName'),
    code: number('Code'),
    message: text('Message'),
  },
} as const;
