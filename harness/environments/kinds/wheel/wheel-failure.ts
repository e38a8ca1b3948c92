/** What to do next when pip or uv failed: read from their log. */

const NO_WHEEL =
  'this index has no such wheel for this Python: check that torch and ROCm were released together, and set `python:` to a version that the wheel is built for';
const NO_DEPENDENCY =
  'torch itself was found, but not all that it asks for: the index has to serve that too, for this Python';

const HINTS: readonly { readonly pattern: RegExp; readonly next: string; readonly withWheel?: string }[] = [
  {
    pattern: /ensurepip is not available|No module named (?:venv|ensurepip)/,
    next: "this Python lacks venv: install your system's python3-venv package",
  },
  {
    pattern: /No space left on device|Disk quota exceeded/i,
    next: 'the disk is full: free some room, or point XDG_CACHE_HOME to a larger one',
  },
  // pip calls half a file one that was tampered with.
  {
    pattern: /was not fetched: (?!HTTP)[^]*DO NOT MATCH THE HASHES/i,
    next: 'the file never arrived whole, or it is not the one whose sha256 is known: check the network and try again',
  },
  {
    pattern: /DO NOT MATCH THE HASHES|Hash mismatch for/i,
    next: 'the file that the index serves is not the one whose sha256 is known: do not use it, or correct `sha256:` if that is wrong',
  },
  {
    pattern: /is not a supported wheel on this platform/,
    next: 'this wheel asks for a newer glibc, or another processor, than this machine has',
  },
  // pip takes every one of these for an index without the wheel.
  {
    pattern: /was not read: HTTP 40[137]/,
    next: 'the index wants a name and a password, or refuses you: check its address',
  },
  { pattern: /was not read: HTTP/, next: 'the index is in trouble: try again later, or name a mirror with `index:`' },
  // Before the missing wheel: pip without a network ends with "No matching distribution" as well.
  {
    pattern:
      /Failed to establish|Name or service not known|Temporary failure in name resolution|dns error|Connection (?:refused|reset|aborted)|(?:Network|host) is unreachable|No route to host|timed out|error sending request|ProxyError|CERTIFICATE_VERIFY_FAILED/i,
    next: 'the index did not answer: check network and proxy, or name a mirror with `index:`',
  },
  {
    pattern:
      /No matching distribution|has no wheels? with a matching|there (?:is|are) no versions? of|not found in the package registry/i,
    next: NO_WHEEL,
    withWheel: NO_DEPENDENCY,
  },
];

/** The last line that the tool itself calls an error with its cause, and the next step; '' when the log tells nothing. `hasWheel`: torch's own file is here. */
export function explainFailure(log: string, hasWheel = false): string {
  const said =
    log
      .match(/^\s*(?:ERROR:|error:|Error:|×)\s*(.+)$/gm)
      ?.at(-1)
      ?.trim() ?? '';
  const cause =
    log
      .match(/^\s*cause: .+$/gm)
      ?.at(-1)
      ?.trim() ?? '';
  const hint = HINTS.find(({ pattern }) => pattern.test(log));
  const refused = /was not read: (HTTP \d+)/.exec(log)?.[1];
  return [
    refused === undefined ? '' : `the index answered ${refused}`,
    // pip ends a traceback with what happened.
    said === 'ERROR: Exception:' ? (log.trimEnd().split('\n').at(-1) ?? '') : said,
    cause,
    (hasWheel ? hint?.withWheel : undefined) ?? hint?.next ?? '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}
