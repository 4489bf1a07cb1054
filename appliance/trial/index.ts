// The recorded Dogtag of the trial: its directory, its answers, its throw-away keys, and the clients that talked to it.
export { enrollClient } from './enroll-client.ts';
export { openRecordedDogtag, type RecordedDogtag } from './recorded-dogtag.ts';
export { type ReplayResult, replayClients } from './replay-clients.ts';
export { openTrialClients, type TrialClients } from './trial-clients.ts';
export { createTrialClock, type TrialClock } from './trial-clock.ts';
