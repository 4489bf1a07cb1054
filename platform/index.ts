// What every part may use: time, randomness, log, settings, shutdown, database access. Closed list; nothing about certificates.
export { type Clock, frozenClock, systemClock } from './clock.ts';
export * from './database/index.ts';
export { createLog, type Log, type LogFields, type LogLevel, silentLog, standardErrorLog } from './log.ts';
export { randomBytes, randomUuid } from './randomness.ts';
export * as settings from './settings.ts';
export { createShutdown, type Shutdown } from './shutdown.ts';
export { createTurns } from './turns.ts';
