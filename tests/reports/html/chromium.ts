/**
 * A headless Chromium without a network (its own network namespace), spoken to through DevTools on a pipe.
 * Only what the page tests need: open a file, evaluate, click, press keys, collect complaints.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';

const NAMES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
];
/**
 * For a machine on which everything stands still now and then: no part of the browser gives up another that is slow, a tab that is not painted yet
 * takes clicks (they are dropped otherwise), and none is thought to be out of sight.
 */
const PATIENT = [
  '--disable-hang-monitor',
  '--disable-gpu-watchdog',
  '--allow-pre-commit-input',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];
/** For one answer, and axe takes long for its own. A browser that has ended is known at once. */
const PATIENCE_MS = 240_000;
/** For what the page itself has to bring about. */
const PAGE_PATIENCE_MS = 60_000;

const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Message = z.infer<typeof Message>;
type Fields = Readonly<Record<string, unknown>>;

const Lifecycle = z.object({ loaderId: z.string(), name: z.string() });
const Evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.unknown().optional(),
});

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
  /** Resolves with how the browser ended. */
  readonly #over: Promise<string>;
  /** Documents whose load event was fired. */
  readonly #loaded = new Set<string>();
  #onLoad: () => void = () => undefined;
  #session: string | undefined;
  #next = 1;
  #rest = '';

  private constructor(child: ChildProcess, input: Writable, output: Readable, profile: string) {
    this.#child = child;
    this.#input = input;
    this.#profile = profile;
    this.#over = new Promise((resolve) => {
      child.once('error', ({ message }) => resolve(message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    // What is written to a browser that has ended fails; whoever waits for the answer learns of its end.
    input.on('error', () => undefined);
    output.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
  }

  static async open(path: string, file: string, { width, height }: Size, dark = false): Promise<Page> {
    const profile = await mkdtemp(join(tmpdir(), 'bench-chromium-'));
    const child = spawn(
      'unshare',
      [
        ...withoutNetwork(),
        path,
        ...FLAGS,
        ...PATIENT,
        `--user-data-dir=${profile}`,
        `--window-size=${width},${height}`,
        'about:blank',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    const [, , , input, output] = child.stdio;
    if (!(input instanceof Writable) || !(output instanceof Readable)) throw new Error('no DevTools pipe');
    const page = new Page(child, input, output, profile);
    try {
      await page.#begin({ width, height }, dark);
      await page.goTo(`file://${file}`);
      // The size is the window's own until the browser has told the new document of the other one.
      await page.until(
        `innerWidth === ${width} && innerHeight === ${height} && matchMedia('(prefers-color-scheme: dark)').matches === ${dark}`,
      );
      return page;
    } catch (error) {
      await page.close();
      throw error;
    }
  }

  async #begin({ width, height }: Size, dark: boolean): Promise<void> {
    await this.#firstTab();
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    this.#session = z.string().parse(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log', 'Audits']) await this.send(`${domain}.enable`);
    await this.send('Page.setLifecycleEventsEnabled', { enabled: true });
    // A window may become active late, and until then nothing in it matches :focus.
    await this.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
    });
  }

  /** A browser that answers may not have its window yet; a tab has to be put into one. */
  async #firstTab(): Promise<void> {
    const Targets = z.array(z.object({ type: z.string() }));
    for (const until = performance.now() + PATIENCE_MS; ; await sleep(20)) {
      const { targetInfos } = await this.send('Target.getTargets');
      if (Targets.parse(targetInfos).some(({ type }) => type === 'page')) return;
      if (performance.now() > until) throw new Error('Chromium opens no window');
    }
  }

  /** Goes to another document, not to another place in the same one, and waits for its load event: that of the one before may come late. */
  async goTo(url: string): Promise<void> {
    const { loaderId, errorText } = await this.send('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${url}: ${String(errorText)}`);
    const document = z.string().parse(loaderId);
    const loaded = new Promise<void>((resolve) => {
      this.#onLoad = () => {
        if (this.#loaded.has(document)) resolve();
      };
    });
    this.#onLoad();
    await this.#soon(loaded, `loading ${url}`);
  }

  /** Value of an expression in the page, read by a schema. */
  async evaluate<T>(expression: string, schema: z.ZodType<T>): Promise<T> {
    const { result, exceptionDetails } = Evaluated.parse(
      await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }),
    );
    if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
    return schema.parse(result.value);
  }

  /** Waits until an expression holds in the page. */
  async until(condition: string): Promise<void> {
    await this.evaluate(
      `(async () => { for (const end = performance.now() + ${PAGE_PATIENCE_MS}; !(${condition}); await new Promise((go) => setTimeout(go, 10))) if (performance.now() > end) throw new Error(${JSON.stringify(`waited in vain for ${condition}`)}); return true; })()`,
      z.literal(true),
    );
  }

  /**
   * A real mouse click in the middle of the element, once it stays where it is: a section that was out of sight is laid out when the next frame is
   * drawn, and moves what is below it.
   */
  async click(selector: string): Promise<void> {
    const { x, y } = await this.evaluate(
      `(async () => {
        const target = document.querySelector(${JSON.stringify(selector)});
        const place = () => { target.scrollIntoView({ block: 'center', inline: 'center' }); const box = target.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; };
        const frame = () => new Promise((go) => requestAnimationFrame(go));
        for (const end = performance.now() + ${PAGE_PATIENCE_MS}; ;) {
          const before = place();
          await frame();
          await frame();
          const after = place();
          if (after.x === before.x && after.y === before.y) return after;
          if (performance.now() > end) throw new Error('it does not come to rest');
        }
      })()`,
      z.object({ x: z.number(), y: z.number() }),
    );
    for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased'])
      await this.send('Input.dispatchMouseEvent', {
        type,
        x,
        y,
        button: type === 'mouseMoved' ? 'none' : 'left',
        clickCount: 1,
      });
  }

  async press(key: 'Enter' | 'Escape' | 'ArrowRight' | 'ArrowDown' | 'ArrowLeft'): Promise<void> {
    const code = { Enter: 13, Escape: 27, ArrowLeft: 37, ArrowRight: 39, ArrowDown: 40 }[key];
    const text = key === 'Enter' ? { text: '\r' } : {};
    await this.send('Input.dispatchKeyEvent', {
      type: 'keyDown',
      key,
      code: key,
      windowsVirtualKeyCode: code,
      ...text,
    });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code });
  }

  /** A PNG of what the window shows. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(z.string().parse(data), 'base64');
  }

  /** The page as paper, A4. */
  async pdf(): Promise<Buffer> {
    const { data } = await this.send('Page.printToPDF', {
      printBackground: true,
      paperWidth: 8.27,
      paperHeight: 11.69,
    });
    return Buffer.from(z.string().parse(data), 'base64');
  }

  async send(method: string, params: Fields = {}): Promise<Fields> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#input.write(
      `${JSON.stringify({ id, method, params, ...(this.#session === undefined ? {} : { sessionId: this.#session }) })}\0`,
    );
    const { error, result = {} } = await this.#soon(answer, method);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async close(): Promise<void> {
    this.#session = undefined;
    await this.send('Browser.close').catch(() => undefined);
    await this.#soon(this.#over, 'closing').catch(() => undefined);
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The group is gone already, as it should be.
    }
    // Those of its processes that are still dying may write into it.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20 });
  }

  async #soon<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer from Chromium: ${what}`)), PATIENCE_MS);
    });
    const over = this.#over.then((how): never => {
      throw new Error(`Chromium has ended (${how}): ${what}`);
    });
    try {
      return await Promise.race([promise, late, over]);
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
    if (method === 'Page.lifecycleEvent') {
      const { loaderId, name } = Lifecycle.parse(params);
      if (name === 'load') this.#loaded.add(loaderId);
      this.#onLoad();
    }
    const level = z.object({ entry: z.object({ level: z.string() }) }).safeParse(params);
    const bad =
      method === 'Runtime.exceptionThrown' ||
      method === 'Audits.issueAdded' ||
      (method === 'Runtime.consoleAPICalled' && params['type'] === 'error') ||
      (method === 'Log.entryAdded' && level.data?.entry.level === 'error');
    if (bad) this.complaints.push(`${method} ${JSON.stringify(params)}`);
  }
}
