// The RA contract and its implementations.
export { createInProcessRaClient } from './in-process.ts';
export type { RaClient } from './ra-client.ts';
