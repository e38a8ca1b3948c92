/**
 * HTML by construction: in html`…${value}…` every text is escaped; only Markup made here goes in as it is.
 * There is no other way for a text to become markup, except `trusted` for text this program made itself.
 */
import { plainBlock } from '../../findings/words/plain-text.ts';

export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Content = string | number | Markup | readonly Content[];

export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) text += render(value) + (parts[index + 1] ?? '');
  return new Markup(text);
}

/** Only for text without a single character from outside: the style sheet, the script, SVG from Vega. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

export const nothing = new Markup('');

function render(value: Content): string {
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return value.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Good for element content and for attribute values in quotes. */
export function escapeHtml(text: string): string {
  return plainBlock(text).replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
}

/** JSON that cannot end its script element nor begin a comment in it. */
export function scriptJson(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (one) => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    ),
  );
}
