/** The caller's proxies: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as every other program reads them. */
import { EnvHttpProxyAgent } from 'undici';
import { UsageError } from '../../model/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** UsageError `proxy-malformed`. */
export function proxyAgent(environment: Environment): EnvHttpProxyAgent {
  const variable = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  try {
    return new EnvHttpProxyAgent({
      httpProxy: variable('HTTP_PROXY'),
      httpsProxy: variable('HTTPS_PROXY'),
      noProxy: variable('NO_PROXY'),
      // Plain http is handed to the proxy as it is: most open no tunnel to port 80.
      proxyTunnel: false,
      connect: { timeout: 15_000 },
    });
  } catch {
    // The address may hold a password: it is not repeated, not even as a cause.
    throw new UsageError(
      'proxy-malformed',
      'HTTP_PROXY or HTTPS_PROXY is not an address',
      'write it as http://host:port',
    );
  }
}
