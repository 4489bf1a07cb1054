// For messages that are refused alike whatever it is that cannot be read in them.
import { DerError } from '#codecs/der';

export function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}
