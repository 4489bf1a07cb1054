// The gateway's view of the authority: types only.
export type * from '#ca-core/engine';
export type { RaClient } from '#ca-core/ra-client';
