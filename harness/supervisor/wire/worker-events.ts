/** What a worker says on file descriptor 3. See python-probes/PROTOCOL.md. */
import { z } from 'zod';
import { EnvironmentVersions } from '../../model/events.ts';

export const PROTOCOL = 1;

/** A line of an attempt is at most 64 KiB; as a JSON string inside an event it can be six times as long. */
export const EVENT_LIMIT = 512 * 1024;

const pid = z.number().int().positive();

const Exited = z.object({
  event: z.literal('exited'),
  attempt: z.string(),
  code: z.number().int().nullish(),
  signal: z.string().nullish(),
  seconds: z.number().nonnegative(),
  cpu: z.number().nonnegative().nullish(),
  maxrss: z.number().nonnegative().nullish(),
  dropped: z.number().nonnegative().nullish(),
});

export const WorkerEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('hello'), protocol: z.number(), pid, python: z.string(), executable: z.string() }),
  z.object({ event: z.literal('ready'), versions: EnvironmentVersions }),
  z.object({
    event: z.literal('failed'),
    error: z.object({ type: z.string(), message: z.string(), traceback: z.string().nullish() }),
  }),
  z.object({ event: z.literal('started'), attempt: z.string(), pid }),
  z.object({ event: z.literal('line'), attempt: z.string(), line: z.string(), cut: z.boolean().nullish() }),
  z.object({ event: z.literal('sample'), attempt: z.string(), line: z.string(), cut: z.boolean().nullish() }),
  Exited,
  z.object({ event: z.literal('refused'), attempt: z.string().nullish(), reason: z.string() }),
]);
export type WorkerEvent = z.infer<typeof WorkerEvent>;
export type WorkerExited = z.infer<typeof Exited>;

/** null when the line is no event: a worker that says such a thing cannot be trusted with the next attempt. */
export function parseWorkerEvent(line: string): WorkerEvent | null {
  const parsed = WorkerEvent.safeParse(parseJson(line));
  return parsed.success ? parsed.data : null;
}

/** undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
