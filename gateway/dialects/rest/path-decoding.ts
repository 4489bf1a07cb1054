// Names in addresses that clients have encoded twice, because Dogtag decodes them twice: as a path, and once more as a form field.

/** Null where it is no valid encoding. */
export function decodeOnceMore(segment: string): string | null {
  try {
    return decodeURIComponent(segment.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
