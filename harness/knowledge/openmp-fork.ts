/** The probe openmp_fork: a convolution in a child that was forked after its parent had run with several OpenMP threads. Pure. */
import { CONV2D } from './conv2d/conv2d.ts';
import type { ProbeKnowledge, Program } from './knowledge.ts';

export const OPENMP_FORK: ProbeKnowledge = {
  ...CONV2D,
  probes: ['openmp_fork'],
  reproduction(one) {
    const own = CONV2D.reproduction(one);
    if (own.kind === 'nothing') return own;
    return { kind: 'program', shape: `${own.shape}, in a forked child`, program: forked(own.program) };
  },
  // It would run the convolution alone.
  driver: null,
};

/** What a fork leaves behind of faulthandler's timer would hang as well, so the child has an alarm. */
function forked({ name, setup, lines }: Program): Program {
  return {
    name,
    setup: ['import signal', '', 'device = "cpu"  # no card has a part in it', ...setup],
    lines: [
      ...lines,
      '# Large enough to be shared among OpenMP threads.',
      'torch.ones(1 << 20).add_(1)',
      'child = os.fork()',
      'if child == 0:',
      '    # It believes in the threads of its parent, which a fork does not copy.',
      '    faulthandler.register(signal.SIGALRM, chain=True)',
      '    signal.alarm(LIMIT)',
      ...lines.map((line) => (line === '' ? '' : `    ${line}`)),
      '    os._exit(0)',
      'status = os.waitpid(child, 0)[1]',
      'if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:',
      '    print("HANG: no result of the child within %d s" % LIMIT, flush=True)',
      '    sys.exit(124)',
      'if status != 0:',
      '    sys.exit("the child ended with status %d" % status)',
    ],
  };
}
