// How answers of the REST interface are labelled: RESTEasy names the character set for XML alone.
import type { BodyForm } from '#codecs/dogtag-rest';

export const bodyContentTypes: Readonly<Record<BodyForm, string>> = {
  json: 'application/json',
  xml: 'application/xml;charset=UTF-8',
};
