/** The import walls of docs/architecture.md, as data. A new folder or a new rule is a new row here. */

/** Rooms that think and never touch the world: same input, same output, on any machine. They stand on each other and on nothing else. */
const PURE_ROOMS = [
  'harness/model',
  'harness/knowledge',
  'harness/makers',
  'harness/matrix',
  'harness/catalogue',
  'harness/search',
  'harness/verdicts',
  'harness/insight',
] as const;

export const PURE_FOLDERS = [...PURE_ROOMS, 'harness/runner/state', 'harness/bug-report', 'reports'] as const;

/** Rooms within a pure folder that do touch the world. No pure file imports one. */
export const IMPURE_ROOMS = ['harness/catalogue/update'] as const;

/** What a room imports besides itself, by value or by type. Rooms that are not named here are free. */
export const STANDS_ON: readonly { readonly room: string; readonly on: readonly string[]; readonly why: string }[] = [
  { room: 'harness/model', on: [], why: 'words stand on nothing' },
  { room: 'harness/machine', on: ['harness/model'], why: 'the tools for a sick machine know no matrix' },
  {
    room: 'harness/knowledge',
    on: ['harness/model'],
    why: 'what is known of a probe stands on words alone',
  },
  {
    room: 'reports',
    on: ['harness/model', 'harness/knowledge'],
    why: 'a report knows results.json and, of the harness, its words and what is known of probes',
  },
  {
    room: 'harness/bug-report',
    on: [...PURE_ROOMS, 'reports'],
    why: 'the report of a hang is made of what is known of it',
  },
  ...PURE_FOLDERS.map((room) => ({ room, on: PURE_ROOMS, why: 'a pure room stands on pure rooms' })),
];

/** Who may import a room, by value or by type. */
export const USED_BY: readonly { readonly room: string; readonly by: readonly string[]; readonly why: string }[] = [
  {
    room: 'harness/machine/http',
    by: ['harness/machine', 'harness/github', 'harness/catalogue/update', 'harness/environments'],
    why: 'whoever runs a matrix sends nothing anywhere',
  },
  {
    room: 'harness/machine/processes',
    by: ['harness/machine', 'harness/supervisor', 'harness/environments', 'harness/doctor', 'harness/cli'],
    why: 'every process has to be killable in bounded time',
  },
  ...['tests', 'ci'].map((room) => ({ room, by: [], why: 'it is not part of the program' })),
];

/** The only built-in modules for a pure file: none of them reaches files, processes, the network or a clock. */
export const PURE_BUILTINS: ReadonlySet<string> = new Set([
  'node:assert',
  'node:buffer',
  'node:crypto',
  'node:path',
  'node:path/posix',
  'node:stream',
  'node:string_decoder',
  'node:url',
  'node:util',
  'node:zlib',
]);

/** Packages that start processes, draw on the terminal or read the environment. */
export const IMPURE_PACKAGES: ReadonlySet<string> = new Set(['execa', 'log-update', 'picocolors']);

/** Globals that a pure file may not use. Names of a process's members are spelled out: `process` is also a fine name for a variable. */
export const IMPURE_GLOBALS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'Date.now', pattern: /(?<![\w$.])Date\.now\b/g },
  { what: 'new Date() of now', pattern: /(?<![\w$.])new\s+Date\s*(?:\(\s*\)|(?![\w$\s(.]))/g },
  { what: 'performance', pattern: /(?<![\w$.])performance\.(?:now|timeOrigin|mark|measure)\b/g },
  {
    what: 'process',
    pattern:
      /(?<![\w$.])process\.(?:env|argv|argv0|execPath|execArgv|cwd|chdir|exit|exitCode|abort|kill|on|once|emit|stdin|stdout|stderr|hrtime|nextTick|platform|arch|version|versions|uptime|umask|memoryUsage|cpuUsage|resourceUsage|ppid|getuid|geteuid|emitWarning)\b/g,
  },
  { what: 'globalThis', pattern: /(?<![\w$.])globalThis\b/g },
  { what: 'a timer', pattern: /(?<![\w$.])(?:setTimeout|setInterval|setImmediate)\b/g },
  { what: 'console', pattern: /(?<![\w$.])console\.\w/g },
  {
    what: 'chance (give it a seeded source)',
    pattern: /(?<![\w$])(?:Math\.random|randomUUID|randomBytes|randomInt)\b/g,
  },
];

/** Modules that only the named folders may import. */
export const RESERVED_MODULES: readonly {
  readonly modules: readonly string[];
  readonly folders: readonly string[];
  readonly why: string;
}[] = [
  {
    modules: ['node:child_process', 'node:cluster', 'execa'],
    folders: ['harness/machine/processes'],
    why: 'only machine/processes starts programs',
  },
  {
    modules: ['node:http', 'node:https', 'node:http2', 'node:tls', 'node:dns', 'node:dgram', 'undici'],
    folders: ['harness/machine/http'],
    why: 'only machine/http reaches the network',
  },
  // A lock may be a name in the kernel.
  {
    modules: ['node:net'],
    folders: ['harness/machine/http', 'harness/machine/lock'],
    why: 'only machine/http reaches the network',
  },
  {
    modules: ['@octokit/core', '@octokit/plugin-retry', '@octokit/plugin-throttling'],
    folders: ['harness/github'],
    why: 'only github speaks with GitHub',
  },
];

/** Globals that only the named folders may use. */
export const RESERVED_GLOBALS: readonly {
  readonly pattern: RegExp;
  readonly folders: readonly string[];
  readonly why: string;
}[] = [
  {
    pattern: /(?<![\w$.])(?:fetch\s*\(|WebSocket\b|EventSource\b|XMLHttpRequest\b)/g,
    folders: ['harness/machine/http'],
    why: 'only machine/http reaches the network',
  },
];

/** Texts that only the named folders may hold: whoever names the file could write it. */
export const RESERVED_TEXTS: readonly {
  readonly text: string;
  readonly folders: readonly string[];
  readonly why: string;
}[] = [{ text: 'journal.jsonl', folders: ['harness/journal'], why: 'only journal opens the event file' }];
