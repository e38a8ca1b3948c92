import { workers } from './workers.ts';
import { testShort } from './short.ts';

testShort(workers, import.meta.url, /fork$/);
