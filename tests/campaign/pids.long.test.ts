import { pids } from './pids.ts';
import { testShort } from './short.ts';

testShort(pids, import.meta.url, /fork/);
