/** One thing that the doctor looked at, as a line of its screen. */
export interface Check {
  /** Stable, for programs. */
  readonly id: string;
  readonly title: string;
  /** With a problem nothing can be measured as asked. */
  readonly state: 'ok' | 'warning' | 'problem';
  readonly saw: string;
  /** What mends it: a command where there is one. null for ok. */
  readonly mend: string | null;
}

export function ok(id: string, title: string, saw: string): Check {
  return { id, title, state: 'ok', saw, mend: null };
}

export function warning(id: string, title: string, saw: string, mend: string): Check {
  return { id, title, state: 'warning', saw, mend };
}

export function problem(id: string, title: string, saw: string, mend: string): Check {
  return { id, title, state: 'problem', saw, mend };
}
