// Address of a picture of the requester, for token profiles.
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

export const imageInput: InputClass = {
  classId: 'imageInputImpl',
  className: 'ImageInput',
  compile: () => ({
    name: 'Image',
    text: 'Image',
    values: [{ name: 'image_url', descriptor: textDescriptor('Image URL') }],
    parameters: [],
    populate: (request, submitted) => {
      const url = submitted.find('image_url');
      if (url !== null) request.attributes.set('image_url', url);
    },
  }),
};
