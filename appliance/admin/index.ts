// Our own port: health, status and the state of the move, for people and monitoring.
export { type AdminServer, type AdminServerParts, startAdminServer } from './admin-server.ts';
export { readStatus, type StatusReport } from './status-report.ts';
