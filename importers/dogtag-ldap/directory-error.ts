// Says what a failed directory operation means and what can be done about it.
import { ResultCodeError } from 'ldapts';
import { SourceError } from '../import-source.ts';

export interface DirectoryErrorContext {
  readonly server: string;
  readonly base: string;
  readonly bindDn: string;
}

/** A SourceError for anything that ldapts, TLS or the network throws. The password is in none of them. */
export function explainDirectoryError(error: unknown, context: DirectoryErrorContext): SourceError {
  if (error instanceof SourceError) return error;
  const { server, base, bindDn } = context;
  const options = { cause: error };
  if (error instanceof ResultCodeError) {
    const said = `${server} answered "${singleLine(error.message)}" for ${base || 'the root entry'}`;
    switch (error.code) {
      case 3:
        return new SourceError('limited', `${said}: its time limit. ${raiseLimits(bindDn, 'nsTimeLimit')}`, options);
      case 4:
        return new SourceError('limited', `${said}: its size limit. ${raiseLimits(bindDn, 'nsSizeLimit')}`, options);
      case 11:
        return new SourceError('limited', `${said}: ${raiseLimits(bindDn, 'nsLookThroughLimit')}`, options);
      case 8:
      case 13:
        return new SourceError('refused', `${said}: it wants TLS first. Use ldaps:// or set startTls.`, options);
      case 48:
      case 49:
        return new SourceError('refused', `${server} refuses the bind name or password of ${bindDn}.`, options);
      case 50:
        return new SourceError(
          'refused',
          `${said}: ${bindDn} may not read there. Let it read all of the base.`,
          options,
        );
      case 51:
      case 52:
        return new SourceError('unreachable', said, options);
      default:
        return new SourceError('refused', said, options);
    }
  }
  const text = error instanceof Error ? error.message || error.name : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^(ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|ERR_SSL)/.test(code))
    return new SourceError(
      'refused',
      `${server}: its TLS certificate is not trusted (${singleLine(text)}). Name the CA's certificate file, and the host by a name in the certificate.`,
      options,
    );
  const what = singleLine(text || code);
  return new SourceError(
    'unreachable',
    `${server} cannot be reached (${what}). Is it running, and is the address right?`,
    options,
  );
}

function raiseLimits(bindDn: string, attribute: string): string {
  return `Give ${bindDn} a higher ${attribute} (-1 for none), or bind as the directory manager, who has no limits.`;
}

function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
