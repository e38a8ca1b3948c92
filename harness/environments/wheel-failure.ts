/** What to do next when pip or uv failed: read from the end of their log. */

const HINTS: readonly { readonly pattern: RegExp; readonly next: string }[] = [
  { pattern: /ensurepip is not available|No module named (?:venv|ensurepip)/, next: "this Python lacks venv: install your system's python3-venv package" },
  { pattern: /No space left on device|Disk quota exceeded/i, next: 'the disk is full: free some room, or point XDG_CACHE_HOME to a larger one' },
  {
    pattern: /DO NOT MATCH THE HASHES|Hash mismatch for/i,
    next: 'the file that the index serves is not the one whose sha256 is known: do not use it, or correct `sha256:` if that is wrong',
  },
  { pattern: /is not a supported wheel on this platform/, next: 'this wheel asks for a newer glibc, or another processor, than this machine has' },
  // Before the missing wheel: pip without a network ends with "No matching distribution" as well.
  {
    pattern:
      /Failed to establish|Name or service not known|Temporary failure in name resolution|dns error|Connection (?:refused|reset|aborted)|(?:Network|host) is unreachable|No route to host|timed out|error sending request|ProxyError|CERTIFICATE_VERIFY_FAILED/i,
    next: 'the index did not answer: check network and proxy, or name a mirror with `index:`',
  },
  {
    pattern: /No matching distribution|has no wheels? with a matching|there (?:is|are) no versions? of|not found in the package registry/i,
    next: 'this index has no such wheel for this Python: check that torch and ROCm were released together, and set `python:` to a version that the wheel is built for',
  },
];

/** The last line that the tool itself calls an error, and the next step; '' when the log tells nothing. */
export function explainFailure(log: string): string {
  const said = log.match(/^\s*(?:ERROR:|error:|Error:|×)\s*(.+)$/gm)?.at(-1)?.trim() ?? '';
  const next = HINTS.find(({ pattern }) => pattern.test(log))?.next ?? '';
  return [said, next].filter((part) => part !== '').join('; ');
}
