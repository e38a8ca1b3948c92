/**
 * One line of journal.jsonl → one event. Pure; where lines come from is the reader's business.
 * Within a schema, kinds and fields that this program does not know are passed over, so that an older program reads a newer run.
 */
import { z } from 'zod';
import { JournalEvent, SCHEMA } from '../model/events.ts';
import { sealOf } from './seal.ts';
import { NoVerdictError } from '../model/errors.ts';

const KNOWN: ReadonlySet<string> = new Set(JournalEvent.options.map((option) => option.shape.event.value));
const utf8 = new TextDecoder('utf-8', { fatal: true });
const Head = z.object({ event: z.string() });
const Opening = z.object({ event: z.literal('run-opened'), schema: z.number() });

export type Decoded =
  | { readonly kind: 'event'; readonly event: JournalEvent }
  /** Written by a newer program of the same schema. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** JSON that stops in the middle: only a last line may be so. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'broken'; readonly problem: string };

/** Reads one line, without its newline. Throws NoVerdictError when a newer schema wrote it. */
export function decodeLine(bytes: Uint8Array): Decoded {
  if (sealOf(bytes).crc === 'broken')
    return { kind: 'broken', problem: 'this is not what was written: the checksum at its end does not fit' };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { kind: 'broken', problem: 'not UTF-8 text' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return isCut(text)
      ? { kind: 'cut' }
      : { kind: 'broken', problem: error instanceof Error ? error.message : 'not JSON' };
  }
  const parsed = JournalEvent.safeParse(value);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  refuseNewerSchema(value);
  const head = Head.safeParse(value);
  if (head.success && !KNOWN.has(head.data.event)) return { kind: 'unknown', name: head.data.event };
  return { kind: 'broken', problem: z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ') };
}

function refuseNewerSchema(value: unknown): void {
  const opening = Opening.safeParse(value);
  if (!opening.success || opening.data.schema <= SCHEMA) return;
  throw new NoVerdictError(
    'journal-newer-schema',
    `this journal has schema ${opening.data.schema}; this program reads schema ${SCHEMA}`,
    'use the version of bench that made the run, or a newer one',
  );
}

/** Whether JSON text ends inside a string, a list or an object: what a write that was cut short leaves behind. */
function isCut(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return depth > 0 || inString;
}
