/** Takes folders that only say where somebody keeps things out of texts that are made to be posted. Judging has hidden users and hosts already. */

const PACKAGES = /(?:\/[^\s"'<>|:;,()/]+)+\/(site-packages|dist-packages)\//g;
const HOME = /(?<![\w.-])\/(?:(?:home|Users)\/[^\s"'<>|:;,()/]+|root)(?=\/)/g;

/** "/home/me/envs/x/lib/python3.10/site-packages/torch/nn.py" → "…/site-packages/torch/nn.py"; "/home/me/x" → "~/x". */
export function withoutPrivatePaths(text: string): string {
  return text.replace(PACKAGES, '…/$1/').replace(HOME, '~');
}
