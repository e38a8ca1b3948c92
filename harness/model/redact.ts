/**
 * Takes what identifies the owner out of text that will be published: results are made to be attached to issues.
 * Pure; the caller says what to hide. Only whole path parts are replaced, so that "/root" leaves "/rootfs" alone, and a name that is also a
 * word, such as a user called "torch", is hidden only where it stands for a person or a machine: no word of a result is mangled.
 */
import { NOT_RECORDED, isSecretName } from './secret-name.ts';
import { ofEveryMaker } from './makers.ts';

export interface Hidden {
  /** Such as a home folder. Empty and one-character texts hide nothing. */
  readonly text: string;
  readonly by: string;
}

/** Who runs this, and where. */
export interface Owner {
  readonly user: string;
  readonly host: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly by: string;
}

/** Tokens, serial numbers, hardware addresses and homes are nobody's business, whoever's they are. */
const ALWAYS: readonly Rule[] = [
  {
    pattern:
      /\b(?:gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16})/g,
    by: '<token>',
  },
  { pattern: /(\bauthorization["']?\s*[:=]\s*["']?(?:bearer|basic|token) )[\w.~+/-]+=*/gi, by: '$1<token>' },
  { pattern: /(\b[a-z][a-z0-9+.-]{1,15}:\/\/)[^\s/@"'<>]*:[^\s/@"'<>]*@/gi, by: '$1<credentials>@' },
  { pattern: /\bGPU-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, by: '<gpu>' },
  { pattern: /(?<![0-9a-f:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])/gi, by: '<mac>' },
  {
    pattern:
      /(\b(?:serial[ _-]?(?:number|no)?|unique[ _-]?id|asset[ _-]?tag)["']?\s*[:=]\s*["']?)(?=[\w.-]*\d)[\w.-]+/gi,
    by: '$1<serial>',
  },
  { pattern: /(\/(?:var\/)?home\/|\/Users\/)(?!<user>)[^/\s:;,"'<>|()]+/g, by: '$1<user>' },
];

/** The variables of a matrix as they may be published: what a secret's name is set to is left out, and homes, serial numbers and tokens are hidden. */
export function publicVariables(variables: Readonly<Record<string, string | null>>): Record<string, string | null> {
  const clean = redactor([]);
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      value !== null && isSecretName(name) ? NOT_RECORDED : clean(value),
    ]),
  );
}

/**
 * The last `most` characters of an output, fit to be redacted: half a path says who somebody is, and no longer begins as the folder that would be hidden.
 * From a whole line on where the first one is not most of it.
 */
export function lastPart(text: string, most: number): string {
  return text.length <= most ? text : fromWhole(text.slice(-most));
}

/** The same for a text that was cut already. */
export function fromWhole(cut: string): string {
  const lineEnd = cut.indexOf('\n');
  return lineEnd >= 0 && lineEnd < cut.length / 2 ? cut.slice(lineEnd + 1) : cut.replace(/^[^\s"'<>|:;,()=]+/, '');
}

/** Returns a copy of a JSON value in which every hidden text is replaced, the longest first. Keys and numbers stay. */
export function redactor(
  hidden: readonly Hidden[],
  owner: Owner = { user: '', host: '' },
): <Value>(value: Value) => Value {
  const known = hidden.filter(({ text }) => text.length > 1).toSorted((a, b) => b.text.length - a.text.length);
  const folders = known.map(({ text, by }) => ({
    pattern: new RegExp(`${escape(text)}(?![A-Za-z0-9_-])`, 'g'),
    by: literal(by),
  }));
  const rules: readonly Rule[] = [...folders, ...ALWAYS, ...userRules(owner.user), ...hostRules(owner.host)];
  const names = new Set([owner.user, owner.host]);
  // A text that is nothing but such a name is a word of ours: an outcome, an environment's name.
  const clean = (text: string): string =>
    names.has(text) ? text : rules.reduce((rest, { pattern, by }) => rest.replace(pattern, by), text);
  return (value) =>
    JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === 'string' ? clean(inner) : inner));
}

const BEFORE = '(?<![A-Za-z0-9_.-])';
const AFTER = '(?![A-Za-z0-9_-])';

function userRules(user: string): readonly Rule[] {
  if (user.length < 2) return [];
  const name = escape(user);
  return [
    { pattern: new RegExp(`${BEFORE}${name}(?=@[A-Za-z0-9])`, 'g'), by: '<user>' },
    {
      pattern: new RegExp(`(\\/(?:media|run\\/media|scratch|users?|export\\/home)\\/)${name}${AFTER}`, 'g'),
      by: '$1<user>',
    },
    { pattern: new RegExp(`(\\b(?:torchinductor|triton|pytest-of|uv|pip)[-_])${name}${AFTER}`, 'g'), by: '$1<user>' },
    {
      pattern: new RegExp(`(\\b(?:user(?:name)?|login|logname|owner)\\b["']?\\s*[:=]?\\s*["']?)${name}${AFTER}`, 'gi'),
      by: '$1<user>',
    },
    { pattern: new RegExp(`(\\b[ug]id=\\d+\\()${name}(?=\\))`, 'g'), by: '$1<user>' },
    ...(isTelling(user) ? [{ pattern: new RegExp(`${BEFORE}${name}${AFTER}`, 'g'), by: '<user>' }] : []),
  ];
}

function hostRules(host: string): readonly Rule[] {
  if (host.length < 2 || host === 'localhost') return [];
  const short = host.split('.')[0] ?? host;
  return [...new Set([host, short])].flatMap((name) => {
    const text = escape(name);
    return [
      { pattern: new RegExp(`(?<=@)${text}${AFTER}`, 'g'), by: '<host>' },
      { pattern: new RegExp(`${BEFORE}${text}(?= (?:kernel|systemd|sudo)(?:\\[\\d+\\])?:)`, 'g'), by: '<host>' },
      {
        pattern: new RegExp(`(\\bhost(?:[ _-]?name)?\\b["']?\\s*[:=]?\\s*["']?)${text}${AFTER}`, 'gi'),
        by: '$1<host>',
      },
      ...(isTelling(name) ? [{ pattern: new RegExp(`${BEFORE}${text}${AFTER}`, 'g'), by: '<host>' }] : []),
    ];
  });
}

/** Beginnings of what our own texts are full of: a box that is called by its card, its system or its job. */
const COMMON = new RegExp(
  `^(?:arch|bench|card|conv|cpu|debian|fedora|gpu|kernel|linux|node|opensuse|python|render|root|torch|ubuntu|worker|${ofEveryMaker(({ words }) => words).join('|')})`,
  'i',
);

/** A name that is no word: it has a digit or an inner hyphen, or is long, and does not begin as our own words do. */
function isTelling(name: string): boolean {
  return (
    name.length >= 4 &&
    !COMMON.test(name) &&
    /[a-z]/i.test(name) &&
    (/\d/.test(name) || /[a-z]-[a-z]/i.test(name) || /[a-z]\.[a-z]/i.test(name))
  );
}

function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('-', '\\x2d');
}
