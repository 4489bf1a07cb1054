// What Dogtag demands of a password (its PasswordChecker).
import { failure } from './error-response.ts';

const lengthMin = 8;

/** Throws RestRefusal. */
export function assertGoodPassword(password: string): void {
  if (password === '') throw failure('The password is empty');
  if (password.length < lengthMin) throw failure(`The password must be at least ${lengthMin} characters`);
}
