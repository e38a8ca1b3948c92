/** Addresses that others wrote. */

/** null for what is no address. */
export function parseAddress(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** An index may carry a name and a password; logs, markers and reports must not. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, '//****@');
}
