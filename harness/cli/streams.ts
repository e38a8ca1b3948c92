/** What a command talks to: a test gives it streams of its own. */
import { palette, wantsColour, type Palette } from './text/palette.ts';

/** A terminal, a pipe or a file. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface Streams {
  /** Results. */
  readonly stdout: Output;
  /** Everything else: progress, warnings, failures. */
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
}

/** What an action gets. */
export interface Io extends Streams {
  /** Of one of the two streams, as the options and the environment want it. */
  colours(stream: Output): Palette;
}

/** `wanted`: false after --no-color. */
export function ioOf(streams: Streams, wanted: () => boolean): Io {
  return { ...streams, colours: (stream) => palette(wantsColour(stream, streams.env, wanted())) };
}

export function printJson({ stdout }: Streams, document: unknown, indent = 2): void {
  stdout.write(`${JSON.stringify(document, null, indent)}\n`);
}
