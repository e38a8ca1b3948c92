/** Asks GitHub's own program for the token that its user logged in with. */
import { askCommand } from '../../machine/processes/bounded-command.ts';
import { lookupEnvironment } from '../../environments/base-environment.ts';

const LIMIT_SECONDS = 10;

/** `apiHost`: such as api.github.com. null where gh is not there, not logged in, or does not answer. */
export async function askGh(apiHost: string): Promise<string | null> {
  const host = apiHost.replace(/^api\./, '');
  const { ended, stdout } = await askCommand({
    program: 'gh',
    args: ['auth', 'token', '--hostname', host],
    env: { ...lookupEnvironment(), GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1' },
    limitSeconds: LIMIT_SECONDS,
    signal: new AbortController().signal,
  });
  const token = stdout.trim();
  return ended.kind === 'exited' && ended.code === 0 && token !== '' ? token : null;
}
