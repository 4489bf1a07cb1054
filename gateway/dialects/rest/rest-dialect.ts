// How one version of the REST interface differs from another, gathered in one value, so that every operation is written once for all of them.
import type { BodyForm, JsonStyle } from '#codecs/dogtag-rest';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';

/** Objects that answers tell the address of. */
export type Addressed = 'certrequests' | 'certs' | 'profiles';

/** Forms of a request's body and of its answer; or the answer already, for a request that names none that there are. */
export type Negotiated =
  | { readonly form: BodyForm; readonly bodyForm: BodyForm }
  | { readonly refused: GatewayResponse };

export interface BodyFault {
  /** Our own words for it. */
  readonly message: string;
  readonly kind: 'empty' | 'no-json' | 'no-entity';
}

export interface RestDialect {
  readonly api: 'v1' | 'v2';
  /** `jaxb` in 10.x, `jackson` from 11.0 on. */
  readonly entities: 'jaxb' | 'jackson';
  readonly json: JsonStyle;
  readonly contentTypes: Readonly<Record<BodyForm, string>>;
  /** On every answer of the interface itself, as opposed to the container's pages. */
  readonly headers: Readonly<Record<string, string>>;
  /** `takesBody`: whether a body must come, even an empty one. */
  negotiate(headers: GatewayRequest['headers'], takesBody: boolean): Negotiated;
  /** The octets of an entity; `endsLine`: whether a line feed ends it where the interface does so. */
  encodeText(text: string, endsLine: boolean): Buffer;
  /** Where clients are told that an object is; null where they are not told. */
  addressOf(kind: Addressed, id: string, baseUrl: string): string | null;
  /** For a path segment that is no id; `what` says so in the words of the resource. */
  unreadablePath(text: string, what: string): RestRefusal;
  /** For a query parameter that is no value of its type. */
  unreadableQuery(text: string): RestRefusal;
  /** For a body that is no entity of its kind. */
  unreadableBody(fault: BodyFault): RestRefusal;
}

/** A request with the dialect in which it is answered. */
export interface RestRequest extends GatewayRequest {
  readonly dialect: RestDialect;
}

/** Answers that are no entity of the operation; thrown by operations, encoded in the form and dialect that the client asked in. */
export class RestRefusal extends Error {
  readonly encode: (form: BodyForm, dialect: RestDialect) => GatewayResponse;
  constructor(message: string, encode: (form: BodyForm, dialect: RestDialect) => GatewayResponse) {
    super(message);
    this.name = 'RestRefusal';
    this.encode = encode;
  }
}
