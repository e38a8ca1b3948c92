/** How a maker looks at a card while a probe hangs on it: every way is given up on after a while, for a sick driver answers nothing. */

export interface Instruments {
  /** Where /proc and sysfs are. Without a slash at the end. */
  readonly proc: string;
  readonly sys: string;
  /** Names of what is in a folder. They come from the kernel's own tables: the card is not asked. */
  list(folder: string): readonly string[];
  /** Texts of the files that are there, and the paths of those that did not answer. */
  read(
    paths: readonly string[],
    limitMs: number,
  ): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly blocked: readonly string[] }>;
  /** What a program printed until it ended or was given up on. */
  ask(
    program: string,
    args: readonly string[],
    limitMs: number,
  ): Promise<{ readonly kind: 'done' | 'too-slow' | 'missing'; readonly text: string }>;
}
