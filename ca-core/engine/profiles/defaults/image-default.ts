// Shows an agent the picture that came with a request; it has no effect on the certificate.
import type { DefaultClass } from '../profile-class.ts';

export const imageDefault: DefaultClass = {
  classId: 'imageDefaultImpl',
  className: 'ImageDefault',
  compile: () => ({
    text: 'This default populates the image from the user.',
    values: [
      {
        name: 'pd_image_url',
        descriptor: { syntax: 'image_url', constraint: null, description: 'Image', defaultValue: null },
      },
    ],
    parameterNames: [],
    populate: () => {},
    readValue: (_name, { attributes }) => attributes.find('image_url'),
    setValue: () => {},
  }),
};
