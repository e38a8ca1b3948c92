/** Where the token comes from, and that it shows nowhere. Never a flag: flags are seen by everyone on the machine. */
import { UsageError } from '../../model/errors.ts';

/** The variables that may hold it, the first one that is set counts. */
const VARIABLES = ['GITHUB_TOKEN', 'GH_TOKEN'] as const;

/**
 * `askGh`: what `gh auth token` prints, null where gh is not there or not logged in.
 * UsageError `token-missing`, `token-malformed`; neither message holds any of it.
 */
export async function findToken(
  environment: Readonly<Record<string, string | undefined>>,
  askGh: () => Promise<string | null>,
): Promise<string> {
  const variable = VARIABLES.find((name) => (environment[name] ?? '').trim() !== '');
  const found = variable === undefined ? ((await askGh())?.trim() ?? '') : (environment[variable] ?? '').trim();
  if (found === '') {
    throw new UsageError(
      'token-missing',
      'there is no token for GitHub',
      'set GITHUB_TOKEN to a token with the right "Issues: write" (and "Contents: write" for the files), or log in with: gh auth login; --dry-run needs none',
    );
  }
  if (!/^[\x21-\x7e]{1,1024}$/.test(found)) {
    throw new UsageError(
      'token-malformed',
      `the token in ${variable ?? 'the answer of gh'} holds spaces or characters that no token has`,
      'copy it again, without quotes or line ends',
    );
  }
  return found;
}

/** Takes a token out of a text, as it is and as it would stand in a header or an address. */
export function withoutToken(text: string, token: string): string {
  const forms = [token, encodeURIComponent(token), Buffer.from(token).toString('base64')].filter(
    (form) => form.length > 3,
  );
  return forms.reduce((rest, form) => rest.replaceAll(form, '[token]'), text);
}
