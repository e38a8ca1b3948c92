/**
 * YAML text → plain values, with the place of every one of them. Bounded for any input: nothing here throws, loops or
 * grows without end. Knows nothing of matrices.
 */
import {
  CST,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Finding, Path } from './problem.ts';
import { grouped } from '../../model/grouped.ts';

export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

/** Something wrong that is known by its offset in the text. */
interface Fault {
  readonly offset: number;
  readonly message: string;
}

export interface YamlTree {
  readonly value: unknown;
  /** Wrong as YAML: the value is not to be trusted. */
  readonly broken: readonly (YamlPlace & { readonly message: string })[];
  /** Wrong in places; the rest of the value stands. */
  readonly findings: readonly Finding[];
  /** Where the value or the key at the path stands; the nearest parent for a field that is missing. */
  locate(path: Path, at: 'value' | 'key'): YamlPlace;
}

const LARGEST_TEXT = 256 * 1024;
const DEEPEST = 64;
const MOST_ALIASES = 1000;
const MOST_ALIASED_VALUES = 10_000;
const MOST_FAULTS = 100;
// NUL and its kin, and the mark that a decoder leaves for bytes that are not UTF-8.
// oxlint-disable-next-line no-control-regex
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;

export function readYaml(text: string): YamlTree {
  const refusal = refuse(text);
  if (refusal !== null) return brokenTree(text, [refusal]);
  const lineCounter = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
      schema: 'core',
      version: '1.2',
    });
  } catch (error) {
    // The parser recurses: text that only opens brackets exhausts its stack.
    const message =
      error instanceof RangeError ? yamlMessage('RESOURCE_EXHAUSTION', '') : `cannot be read as YAML: ${String(error)}`;
    return brokenTree(text, [{ offset: 0, message }]);
  }
  const faults = [...document.errors, ...document.warnings].map((error) => ({
    offset: error.pos[0],
    message: yamlMessage(error.code, error.message),
  }));
  if (faults.length > 0) return brokenTree(text, faults);
  const index: PairIndex = new WeakMap();
  const reader = new Reader();
  const value = reader.read(document.contents, [], 0);
  const place = (offset: number): YamlPlace => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    value,
    broken: [],
    findings: reader.findings,
    locate: (path, at) => place(offsetOf(document.contents, path, at, reader.anchors, index)),
  };
}

function refuse(text: string): Fault | null {
  if (text.length > LARGEST_TEXT) {
    const [size, limit] = [text.length.toLocaleString('en'), LARGEST_TEXT.toLocaleString('en')];
    return {
      offset: 0,
      message: `the file has ${size} characters; a matrix has at most ${limit}: write long lists as {from, to, step}`,
    };
  }
  const odd = NOT_TEXT.exec(text);
  if (odd === null) return nestedTooDeeply(text);
  const code = odd[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const what = odd[0] === '\ufffd' ? 'bytes that are not UTF-8' : `the control character U+${code}`;
  return { offset: odd.index, message: `is not a text file: it holds ${what}; a matrix is YAML in UTF-8` };
}

/** The parser recurses and takes quadratic time at great depth, so text that only opens brackets must not reach it. */
function nestedTooDeeply(text: string): Fault | null {
  let offset = 0;
  let open = 0;
  // "- - - x" and "? ? ? x" open a level with each mark.
  let marks = 0;
  let isScalarNext = false;
  for (const token of new Lexer().lex(text)) {
    const type = isScalarNext ? 'scalar' : CST.tokenType(token);
    isScalarNext = token === CST.SCALAR && !isScalarNext;
    if (type === 'flow-seq-start' || type === 'flow-map-start') open += 1;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') open -= 1;
    else if (type === 'newline') marks = 0;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') marks += 1;
    if (open > DEEPEST || marks > DEEPEST) return { offset, message: yamlMessage('RESOURCE_EXHAUSTION', '') };
    // These two stand for no character of the text.
    if (token !== CST.SCALAR && token !== CST.DOCUMENT && token !== CST.FLOW_END) offset += token.length;
  }
  return null;
}

function brokenTree(text: string, faults: readonly Fault[]): YamlTree {
  // After its first fault on a line the parser only guesses.
  const lines = new Map<number, YamlTree['broken'][number]>();
  for (const { offset, message } of faults.toSorted((a, b) => a.offset - b.offset).slice(0, MOST_FAULTS)) {
    const place = placeIn(text, offset);
    if (!lines.has(place.line)) lines.set(place.line, { ...place, message });
  }
  const broken = [...lines.values()];
  return { value: undefined, broken, findings: [], locate: () => ({ line: 1, column: 1 }) };
}

function placeIn(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function yamlMessage(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab indents this line; YAML allows only spaces';
    case 'MULTIPLE_DOCS':
      return 'a second YAML document begins here; a matrix file holds one, so remove the "---"';
    case 'NON_STRING_KEY':
      return 'a key must be plain text, not a list or a map';
    case 'RESOURCE_EXHAUSTION':
      return 'cannot be read as YAML: it is nested too deeply; a matrix needs fewer than ten levels';
    case 'TAG_RESOLVE_FAILED':
      return `${message}; a matrix uses no tags`;
    default:
      // The parser quotes the text that it stumbled over, all of it.
      return `is not YAML: ${message.length > 160 ? `${message.slice(0, 157)}...` : message}`;
  }
}

/** Turns nodes into values, in the order of the text, so that an alias always sees the latest anchor before it. */
class Reader {
  readonly findings: Finding[] = [];
  readonly anchors = new Map<string, Node>();
  readonly #open = new Set<unknown>();
  #aliases = 0;
  #aliased = 0;
  #withinAlias = false;
  #exhausted = false;

  read(node: unknown, path: Path, depth: number): unknown {
    if (depth > DEEPEST)
      return this.#fault(path, 'value', `is nested deeper than ${DEEPEST} levels; a matrix needs fewer than ten`);
    if (isAlias(node)) return this.#alias(node.source, path, depth);
    if (this.#withinAlias && (this.#aliased += 1) > MOST_ALIASED_VALUES) return this.#exhaust(path);
    if (isScalar(node)) {
      this.#remember(node.anchor, node);
      return this.#scalar(node.value, path);
    }
    if (!isSeq(node) && !isMap(node)) return null;
    this.#remember(node.anchor, node);
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item, index) => this.read(item, [...path, index], depth + 1))
      : this.#map(node.items, path, depth);
    this.#open.delete(node);
    return value;
  }

  #map(pairs: readonly unknown[], path: Path, depth: number): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = keyOf(pair);
      if (key === '__proto__') this.#fault([...path, key], 'key', 'is not allowed as a name');
      else if (Object.hasOwn(value, key))
        this.#fault([...path, key], 'key', 'is written twice in the same map; keep one of them');
      else value[key] = this.read(pair.value, [...path, key], depth + 1);
    }
    return value;
  }

  #scalar(value: unknown, path: Path): unknown {
    const inexact = typeof value === 'bigint' || (Number.isInteger(value) && !Number.isSafeInteger(value));
    if (inexact)
      return this.#fault(path, 'value', `is too large to be exact; numbers go up to ${Number.MAX_SAFE_INTEGER}`);
    return value;
  }

  #alias(name: string, path: Path, depth: number): unknown {
    this.#aliases += 1;
    if (this.#aliases > MOST_ALIASES || this.#exhausted) return this.#exhaust(path);
    const target = this.anchors.get(name);
    if (target === undefined) return this.#fault(path, 'value', `the alias *${name} has no anchor &${name} before it`);
    if (this.#open.has(target))
      return this.#fault(path, 'value', `the alias *${name} stands inside of what it stands for`);
    const outer = this.#withinAlias;
    this.#withinAlias = true;
    const value = this.read(target, path, depth + 1);
    this.#withinAlias = outer;
    return value;
  }

  #remember(anchor: string | undefined, node: Node): void {
    if (anchor !== undefined) this.anchors.set(anchor, node);
  }

  /** Said once: an alias bomb would say it a million times. */
  #exhaust(path: Path): undefined {
    if (!this.#exhausted) {
      this.#fault(
        path,
        'value',
        `aliases stand for more than ${MOST_ALIASED_VALUES} values or are more than ${MOST_ALIASES}; write the values out, or a range`,
      );
    }
    this.#exhausted = true;
  }

  #fault(path: Path, at: Finding['at'], message: string): undefined {
    if (this.findings.length < MOST_FAULTS) this.findings.push({ path, at, message });
  }
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

/** The pairs of a map by key; made once for each map, for a file may have as many faults as keys. */
type PairIndex = WeakMap<YAMLMap, ReadonlyMap<string, readonly Pair[]>>;

function pairsOf(map: YAMLMap, key: string, index: PairIndex): readonly Pair[] {
  const known = index.get(map);
  if (known !== undefined) return known.get(key) ?? [];
  const pairs = grouped(map.items, keyOf);
  index.set(map, pairs);
  return pairs.get(key) ?? [];
}

function offsetOf(
  root: unknown,
  path: Path,
  at: 'value' | 'key',
  anchors: ReadonlyMap<string, Node>,
  index: PairIndex,
): number {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const [depth, part] of path.entries()) {
    const target = isAlias(node) ? anchors.get(node.source) : node;
    const isLast = depth === path.length - 1;
    if (isSeq(target) && typeof part === 'number') {
      node = target.items[part];
      offset = startOf(node) ?? offset;
    } else if (isMap(target)) {
      // The first one is read, a later one is what is wrong with a key written twice.
      const pairs = pairsOf(target, String(part), index);
      const pair = at === 'key' && isLast ? pairs.at(-1) : pairs[0];
      if (pair === undefined) return offset;
      node = pair.value;
      const empty = isScalar(node) && node.value === null && (node.source ?? '') === '';
      offset = ((at === 'key' && isLast) || empty ? null : startOf(node)) ?? startOf(pair.key) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | null {
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? null) : null;
}
