// Reads which entries of a directory were changed since the last look, by the update sequence numbers that 389 Directory Server keeps.
import { Client } from 'ldapts';
import { DirectoryEntry } from '#codecs/ldif';
import { entryOf, everyAttribute } from '../../importers/dogtag-ldap/directory-connection.ts';

export class ChangeReader {
  readonly #client: Client;
  readonly #settings: { readonly bindDn: string; readonly password: string; readonly base: string };
  readonly #leaveOut: (dn: string, attribute: string) => boolean;
  #seen = 0;

  constructor(
    settings: { readonly url: URL; readonly bindDn: string; readonly password: string; readonly base: string },
    leaveOut: (dn: string, attribute: string) => boolean,
  ) {
    this.#client = new Client({ url: settings.url.href });
    this.#settings = settings;
    this.#leaveOut = leaveOut;
  }

  async begin(): Promise<void> {
    await this.#client.bind(this.#settings.bindDn, this.#settings.password);
    await this.read();
  }

  /** Entries as they are now, certificates and requests among them in the order of their change. */
  async read(): Promise<readonly DirectoryEntry[]> {
    const { searchEntries } = await this.#client.search(this.#settings.base, {
      scope: 'sub',
      filter: `(&(objectClass=*)(entryusn>=${this.#seen + 1}))`,
      attributes: ['entryusn'],
    });
    const numbered = searchEntries
      .map((entry) => ({ dn: entry.dn, usn: Number(entry.entryusn) }))
      .sort((a, b) => a.usn - b.usn);
    this.#seen = Math.max(this.#seen, ...numbered.map(({ usn }) => usn));
    return Promise.all(numbered.map(({ dn }) => this.#readEntry(dn)));
  }

  async close(): Promise<void> {
    await this.#client.unbind();
  }

  async #readEntry(dn: string): Promise<DirectoryEntry> {
    const { searchEntries } = await this.#client.search(dn, {
      scope: 'base',
      filter: '(objectClass=*)',
      explicitBufferAttributes: everyAttribute,
    });
    const whole = entryOf(searchEntries[0] ?? { dn });
    return new DirectoryEntry(
      dn,
      [...whole.attributes()].filter(([name]) => !/^userpassword$/i.test(name) && !this.#leaveOut(dn, name)),
    );
  }
}
