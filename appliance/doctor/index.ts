// Checks what people usually get wrong, each with what to do about it.
export { type Check, CheckFailure, type CheckResult, runChecks } from './check.ts';
export { checkAjpListener } from './check-ajp-listener.ts';
export { checkDirectoryTransport } from './check-directory-transport.ts';
export { checkDogtag } from './check-dogtag.ts';
export { checkFollowing } from './check-following.ts';
export { checkMachine } from './check-machine.ts';
