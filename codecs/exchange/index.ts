// Recorded HTTP exchanges: the bytes that were sent and received, as files that people can read.
export {
  decodeRecordedRequest,
  decodeRecordedResponse,
  ExchangeError,
  encodeRecordedRequest,
  encodeRecordedResponse,
  type HeaderFields,
  type RecordedRequest,
  type RecordedResponse,
} from './recorded-message.ts';
