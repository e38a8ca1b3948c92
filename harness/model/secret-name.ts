/** Which variables hold a secret, told by their names: what they are set to is never recorded. */

export const NOT_RECORDED = '(not recorded)';

const SECRET = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|(?:^|_)(?:API)?KEY(?:_|$)/i;

export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}
