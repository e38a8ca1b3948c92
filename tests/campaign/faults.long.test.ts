import { faults } from './faults.ts';
import { testShort } from './short.ts';

testShort(
  faults,
  import.meta.url,
  /^(silent|grandchild|orphan_hang|stopped|frozen) by fork|^(ignores_signals|orphan_ok|chatty) by spawn/,
);
