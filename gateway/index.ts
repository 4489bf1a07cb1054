// The gateway: speaks Dogtag's dialects, decides per operation who answers, and mirrors.
export { type GatewaySettings, parseGatewaySettings } from './config.ts';
export {
  createDialects,
  type DialectSettings,
  type Dialects,
  dogtag10,
  dogtag11,
  type KeyArchival,
  type ProductDescription,
  traitsOfRelease,
} from './dialects/index.ts';
export { ListenError } from './listeners/listener.ts';
export {
  openServerCertificate,
  type ServerCertificate,
  type ServerCertificateParts,
} from './listeners/server-certificate.ts';
export {
  CertificateOrderError,
  issueThroughAuthority,
  issueThroughDogtag,
  type ServerCertificateIssuer,
} from './listeners/server-certificate-issuer.ts';
export {
  checkTlsCredentials,
  readTlsCredentials,
  type TlsCredentials,
  TlsCredentialsError,
} from './listeners/tls-credentials.ts';
export {
  type Answer,
  type ExchangeFacts,
  type ExchangePair,
  type ExchangeSink,
  type MirroredRequest,
  type NamedObjects,
  noExchangeSink,
} from './mirror/exchange-sink.ts';
export type { Rehearsal, RehearsalFactory } from './mirror/rehearsal.ts';
export type { GatewayRequest, GatewayResponse, OperationHandler, OperationHandlers } from './routing/operation.ts';
export {
  createOperationModes,
  isServed,
  type ModeAssignment,
  type OperationMode,
  type OperationModes,
  operationModes,
  type ReplaceableOperationModes,
} from './routing/operation-modes.ts';
export { isOperationName, type OperationName, operationNames } from './routing/operation-names.ts';
export type { Dialect, Refusal, RefusalEncoder, RefusalEncoders } from './routing/refusal.ts';
export { type OperationKind, type Route, routeTable } from './routing/route-table.ts';
export { type DogtagAccess, type Gateway, type GatewayParts, openDogtagAccess, startGateway } from './server.ts';
export { agentIdentity, type DogtagClient } from './upstream/dogtag-client.ts';
export { askProduct, type LearntInstallation, learnInstallation } from './upstream/learn-installation.ts';
export type { HealthReport } from './upstream/upstream-health.ts';
