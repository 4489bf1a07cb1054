// Forms and links of the pages for people: plain markup of our own, made of constants only.
import { escapeHtml } from '#codecs/dogtag-servlets';

/** `text`: a line of text with its first value; `flag`: a box to check, sent as `on` or its value; `choice`: one of several values; `fixed`: always sent. */
export type FormField =
  | { readonly kind: 'text'; readonly name: string; readonly label: string; readonly value?: string }
  | { readonly kind: 'flag'; readonly name: string; readonly label: string; readonly value?: string }
  | {
      readonly kind: 'choice';
      readonly name: string;
      readonly label: string;
      readonly choices: readonly (readonly [value: string, label: string])[];
    }
  | { readonly kind: 'fixed'; readonly name: string; readonly value: string };

export interface Form {
  readonly title: string;
  /** Of the servlet that answers it, beside the page. */
  readonly action: string;
  readonly fields: readonly FormField[];
  /** What its button says; `Find` where nothing is said. */
  readonly deed?: string;
}

export function formMarkup({ action, fields, deed = 'Find' }: Form): readonly string[] {
  return [
    `<form action="${escapeHtml(action)}" method="get">`,
    ...fields.map(fieldMarkup),
    `<p><button type="submit">${escapeHtml(deed)}</button></p>`,
    '</form>',
  ];
}

function fieldMarkup(field: FormField): string {
  const name = escapeHtml(field.name);
  if (field.kind === 'fixed') return `<input type="hidden" name="${name}" value="${escapeHtml(field.value)}">`;
  const label = escapeHtml(field.label);
  switch (field.kind) {
    case 'text':
      return `<p><label>${label} <input name="${name}" value="${escapeHtml(field.value ?? '')}"></label></p>`;
    case 'flag':
      return `<p><label><input type="checkbox" name="${name}"${valueAttribute(field.value)}> ${label}</label></p>`;
    case 'choice': {
      const options = field.choices.map(
        ([value, text]) => `<option value="${escapeHtml(value)}">${escapeHtml(text)}</option>`,
      );
      return `<p><label>${label} <select name="${name}">${options.join('')}</select></label></p>`;
    }
  }
}

function valueAttribute(value: string | undefined): string {
  return value === undefined ? '' : ` value="${escapeHtml(value)}"`;
}

export function linksMarkup(links: readonly (readonly [address: string, label: string])[]): readonly string[] {
  const items = links.map(([address, label]) => `<li><a href="${escapeHtml(address)}">${escapeHtml(label)}</a></li>`);
  return ['<ul>', ...items, '</ul>'];
}
