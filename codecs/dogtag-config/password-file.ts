// password.conf (PlainPasswordFile.java): a line `name=password` for each secret of an instance.

/** Names alone, in the order of the file. */
export function listPasswordNames(text: string): readonly string[] {
  return entriesOf(text).map(({ name }) => name);
}

/** The password of this name, or null. */
export function findPassword(text: string, name: string): string | null {
  return entriesOf(text).find((entry) => entry.name === name)?.password ?? null;
}

/** Passwords may hold `=` themselves; a line without one is none. */
function entriesOf(text: string): readonly { readonly name: string; readonly password: string }[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const equals = line.indexOf('=');
    if (equals <= 0 || line.startsWith('#')) return [];
    return [{ name: line.slice(0, equals).trim(), password: line.slice(equals + 1) }];
  });
}
