/** Names of the system calls in which threads wait, by number. Only those that a hang is seen in; others keep their number. */

const X64: Readonly<Record<number, string>> = {
  0: 'read',
  1: 'write',
  7: 'poll',
  16: 'ioctl',
  17: 'pread64',
  18: 'pwrite64',
  19: 'readv',
  20: 'writev',
  23: 'select',
  24: 'sched_yield',
  34: 'pause',
  35: 'nanosleep',
  42: 'connect',
  43: 'accept',
  45: 'recvfrom',
  47: 'recvmsg',
  56: 'clone',
  57: 'fork',
  58: 'vfork',
  61: 'wait4',
  72: 'fcntl',
  73: 'flock',
  74: 'fsync',
  9: 'mmap',
  10: 'mprotect',
  11: 'munmap',
  128: 'rt_sigtimedwait',
  130: 'rt_sigsuspend',
  202: 'futex',
  230: 'clock_nanosleep',
  232: 'epoll_wait',
  247: 'waitid',
  257: 'openat',
  270: 'pselect6',
  271: 'ppoll',
  281: 'epoll_pwait',
  449: 'futex_waitv',
};

const ARM64: Readonly<Record<number, string>> = {
  22: 'epoll_pwait',
  25: 'fcntl',
  29: 'ioctl',
  32: 'flock',
  56: 'openat',
  63: 'read',
  64: 'write',
  65: 'readv',
  66: 'writev',
  72: 'pselect6',
  73: 'ppoll',
  82: 'fsync',
  95: 'waitid',
  98: 'futex',
  101: 'nanosleep',
  115: 'clock_nanosleep',
  124: 'sched_yield',
  137: 'rt_sigtimedwait',
  203: 'connect',
  207: 'recvfrom',
  212: 'recvmsg',
  215: 'munmap',
  220: 'clone',
  222: 'mmap',
  226: 'mprotect',
  260: 'wait4',
  449: 'futex_waitv',
};

/**
 * The text of /proc/<pid>/task/<tid>/syscall → a name, with the file and the request of an ioctl ("ioctl(5, 0xc0184b0c)"), as they tell which
 * driver is waited for. null outside of a system call.
 */
export function syscallName(text: string, arch: string): string | null {
  const [first = '', ...rest] = text.trim().split(' ');
  const number = Number(first);
  // "running", or -1 when it was stopped outside of a call.
  if (!/^\d+$/.test(first)) return null;
  const name = (arch === 'x64' ? X64 : arch === 'arm64' ? ARM64 : {})[number] ?? `system call ${number}`;
  const [file, request] = rest;
  if (name !== 'ioctl' || file === undefined || request === undefined) return name;
  return `ioctl(${Number(file)}, ${request})`;
}
