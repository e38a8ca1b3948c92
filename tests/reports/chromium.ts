/**
 * A headless Chromium without a network (its own network namespace), spoken to through DevTools on a pipe.
 * Only what the page tests need: open a file, evaluate, click, press keys, collect complaints.
 */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { z } from 'zod';

const NAMES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--hide-scrollbars', '--remote-debugging-pipe'];
const PATIENCE_MS = 60_000;

const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Message = z.infer<typeof Message>;
type Fields = Readonly<Record<string, unknown>>;

const Evaluated = z.object({ result: z.object({ value: z.unknown().optional() }), exceptionDetails: z.unknown().optional() });

/** Path of Chromium, or the reason why the page cannot be tried in it. */
export async function findChromium(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const path = NAMES.find((name) => existsSync(name));
  if (path === undefined) return { missing: 'chromium is not installed' };
  try {
    await promisify(execFile)('unshare', [...withoutNetwork(), 'true']);
  } catch {
    return { missing: 'unshare cannot make a network namespace here' };
  }
  return { path };
}

function withoutNetwork(): string[] {
  return process.getuid?.() === 0 ? ['--net'] : ['--map-root-user', '--net'];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export class Page {
  /** Console errors, exceptions, refused loads and violations of the page's policy, in order. */
  readonly complaints: string[] = [];
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #profile: string;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #session: string | undefined;
  #next = 1;
  #rest = '';
  #loaded: () => void = () => undefined;

  private constructor(child: ChildProcess, input: Writable, output: Readable, profile: string) {
    this.#child = child;
    this.#input = input;
    this.#profile = profile;
    output.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
  }

  static async open(path: string, file: string, { width, height }: Size, dark = false): Promise<Page> {
    const profile = await mkdtemp(join(tmpdir(), 'bench-chromium-'));
    const child = spawn('unshare', [...withoutNetwork(), path, ...FLAGS, `--user-data-dir=${profile}`, `--window-size=${width},${height}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const [, , , input, output] = child.stdio;
    if (!(input instanceof Writable) || !(output instanceof Readable)) throw new Error('no DevTools pipe');
    const page = new Page(child, input, output, profile);
    await page.#begin({ width, height }, dark);
    await page.goTo(`file://${file}`);
    return page;
  }

  async #begin({ width, height }: Size, dark: boolean): Promise<void> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    this.#session = z.string().parse(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log', 'Audits']) await this.send(`${domain}.enable`);
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }] });
  }

  async goTo(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.send('Page.navigate', { url });
    await this.#soon(loaded, `loading ${url}`);
  }

  /** Value of an expression in the page, read by a schema. */
  async evaluate<T>(expression: string, schema: z.ZodType<T>): Promise<T> {
    const { result, exceptionDetails } = Evaluated.parse(await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }));
    if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
    return schema.parse(result.value);
  }

  /** A real mouse click in the middle of the element. */
  async click(selector: string): Promise<void> {
    const query = `document.querySelector(${JSON.stringify(selector)})`;
    const { x, y } = await this.evaluate(`(() => { ${query}.scrollIntoView({ block: 'center', inline: 'center' }); const box = ${query}.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()`, z.object({ x: z.number(), y: z.number() }));
    for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased']) await this.send('Input.dispatchMouseEvent', { type, x, y, button: type === 'mouseMoved' ? 'none' : 'left', clickCount: 1 });
  }

  async press(key: 'Enter' | 'Escape' | 'ArrowRight' | 'ArrowDown' | 'ArrowLeft'): Promise<void> {
    const code = { Enter: 13, Escape: 27, ArrowLeft: 37, ArrowRight: 39, ArrowDown: 40 }[key];
    const text = key === 'Enter' ? { text: '\r' } : {};
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, windowsVirtualKeyCode: code, ...text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code });
  }

  /** A PNG of what the window shows. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(z.string().parse(data), 'base64');
  }

  /** The page as paper, A4. */
  async pdf(): Promise<Buffer> {
    const { data } = await this.send('Page.printToPDF', { printBackground: true, paperWidth: 8.27, paperHeight: 11.69 });
    return Buffer.from(z.string().parse(data), 'base64');
  }

  async send(method: string, params: Fields = {}): Promise<Fields> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#input.write(`${JSON.stringify({ id, method, params, ...(this.#session === undefined ? {} : { sessionId: this.#session }) })}\0`);
    const { error, result = {} } = await this.#soon(answer, method);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#session = undefined;
    await this.send('Browser.close').catch(() => undefined);
    await this.#soon(gone, 'closing').catch(() => undefined);
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The group is gone already, as it should be.
    }
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #soon<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer from Chromium: ${what}`)), PATIENCE_MS);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #take(chunk: string): void {
    const parts = (this.#rest + chunk).split('\0');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#handle(Message.parse(JSON.parse(part)));
  }

  #handle(message: Message): void {
    if (message.id !== undefined) {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
      return;
    }
    const { method = '', params = {} } = message;
    if (method === 'Page.loadEventFired') this.#loaded();
    const level = z.object({ entry: z.object({ level: z.string() }) }).safeParse(params);
    const bad = method === 'Runtime.exceptionThrown' || method === 'Audits.issueAdded' || (method === 'Runtime.consoleAPICalled' && params['type'] === 'error') || (method === 'Log.entryAdded' && level.data?.entry.level === 'error');
    if (bad) this.complaints.push(`${method} ${JSON.stringify(params)}`);
  }
}
