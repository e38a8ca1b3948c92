/** What a command talks to: a test gives it streams of its own. Whatever an action writes passes one filter, text/harmless.ts. */
import { harmless } from './text/harmless.ts';
import { palette, wantsColour, type Palette } from './text/palette.ts';
import { escapedJson } from '../../reports/findings/words/plain-text.ts';

/** A terminal, a pipe or a file, as the system gives it. */
export type Stream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** The same for an action: nothing that it writes can steer a terminal. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** undefined where there is no terminal. */
  readonly columns: number | undefined;
  /** For what draws and moves the cursor itself: the text that it draws has to be made harmless before. */
  readonly bare: Stream;
}

interface Outputs<O> {
  /** Results. */
  readonly stdout: O;
  /** Everything else: progress, warnings, failures. */
  readonly stderr: O;
  readonly env: NodeJS.ProcessEnv;
}

export type Streams = Outputs<Stream>;

/** What an action gets. */
export interface Io extends Outputs<Output> {
  /** Of one of the two streams, as the options and the environment want it. */
  colours(stream: Output): Palette;
}

/** `wanted`: false after --no-color. */
export function ioOf({ stdout, stderr, env }: Streams, wanted: () => boolean): Io {
  return {
    stdout: outputOn(stdout),
    stderr: outputOn(stderr),
    env,
    colours: (stream) => palette(wantsColour(stream, env, wanted())),
  };
}

function outputOn(stream: Stream): Output {
  return {
    write: (text) => {
      stream.write(harmless(text));
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
    bare: stream,
  };
}

/** What the filter would replace is escaped before: the document stays what it is. */
export function printJson({ stdout }: Pick<Io, 'stdout'>, document: unknown, indent = 2): void {
  stdout.write(`${escapedJson(JSON.stringify(document, null, indent))}\n`);
}
